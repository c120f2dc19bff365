# Another thread changes a name that a loop reads.
import threading

GO = True
THREADS = []


def stop():
    global GO
    GO = False


def make(turn):
    global GO
    while THREADS:
        THREADS.pop().join()
    GO = True
    THREADS.append(threading.Timer(0.03, stop))
    THREADS[0].start()
    return (1 << 31,), {}


def f(n):
    rounds = 0
    while GO and rounds < n:
        rounds += 1
    return rounds < n
