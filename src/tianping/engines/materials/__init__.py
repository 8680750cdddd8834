"""Looking into files that people hand in: what they are, whether they can be read, whether they are dangerous.

Usable without a court. `inspection.inspect` looks in this process; `sandbox.SandboxedInspector` does the same in a process
with limits and is what the service uses. `scanning.open_scanner` gives the virus scanner that a setting names.

Nothing is imported here: the processes that read hostile content shall have in memory what they need and no more.
"""
