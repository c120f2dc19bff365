// Package fakedriver builds small libcuda.so.1 for tests and runs a test again
// in a process that finds one: a process can open the driver only once.
package fakedriver

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const mark = "SLIPSTREAM_FAKE_DRIVER"

// Sources of drivers.
const (
	// ThreeGPUs has three functions beside cuInit and cuDriverGetVersion.
	ThreeGPUs = `
#include <stdio.h>
int cuInit(unsigned flags) { return flags; }
int cuDriverGetVersion(int *version) { *version = 12090; return 0; }
int cuDeviceGetCount(int *count) { *count = 3; return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal < 3 ? 0 : 101; }
int cuDeviceGetName(char *name, int size, int device) { snprintf(name, size, "Fake %d", device); return 0; }
`
	// NoGPU is what a driver without a device answers.
	NoGPU = `int cuInit(unsigned flags) { (void)flags; return 100; }`
	// NotADriver lacks even cuInit.
	NotADriver = `int nothing;`
	// NotALibrary stands for a machine without a driver: whatever the system
	// has, this is found first and does not load.
	NotALibrary = ``
)

// Inside reports whether this process was started by Run.
func Inside() bool { return os.Getenv(mark) != "" }

// Run runs the calling test in a new process that finds the driver built from
// source, and fails if it fails.
func Run(t *testing.T, source string) {
	t.Helper()
	folder := t.TempDir()
	build(t, filepath.Join(folder, "libcuda.so.1"), source)
	command := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.count=1")
	command.Env = append(os.Environ(), mark+"=1", "LD_LIBRARY_PATH="+folder)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

func build(t *testing.T, target, source string) {
	t.Helper()
	if source == NotALibrary {
		if err := os.WriteFile(target, []byte("no library"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	text := target + ".c"
	if err := os.WriteFile(text, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	compiler := "cc"
	if chosen := os.Getenv("CC"); chosen != "" {
		compiler = chosen
	}
	if output, err := exec.Command(compiler, "-shared", "-fPIC", "-o", target, text).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
