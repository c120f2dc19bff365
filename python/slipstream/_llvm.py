"""LLVM through llvmlite's public binding.

The compiler drives the library itself; this is for versions of llvmlite whose
library it does not know. It holds the interpreter lock between calls and is
slower to load, with the same code as its result.
"""

from __future__ import annotations

from typing import Any


def _binding() -> Any:
    import llvmlite.binding as binding

    # Newer versions need no initialize(), and refuse it.
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


def processor() -> list[str]:
    """Triple, name and features of this machine's processor, in LLVM's words."""
    binding = _binding()
    features = binding.get_host_cpu_features().flatten()
    return [binding.get_process_triple(), binding.get_host_cpu_name(), ",".join(sorted(features.split(",")))]


def compile_object(text: str, triple: str, cpu: str, features: str) -> bytes:
    """The object file of a module in text form."""
    binding = _binding()
    target = binding.Target.from_triple(triple)
    options = {"opt": 2, "reloc": "pic", "codemodel": "default"}
    machine = target.create_target_machine(cpu=cpu, features=features, **options)
    module = binding.parse_assembly(text)
    module.triple = triple
    return bytes(machine.emit_object(module))
