#!/bin/bash -eu
# Template for OSS-Fuzz: one target a door. It was not run here: the images of OSS-Fuzz are needed.
pip3 install ".[test]"
for door in $(python3 -m tests.fuzz --list); do
  target="fuzz_${door//-/_}"
  cat > "$target.py" <<END
from tests.fuzz.targets import all_doors
from tests.fuzz.with_atheris import fuzz

fuzz(all_doors()["$door"], [])
END
  compile_python_fuzzer "$target.py" --collect-all webshellhunt --collect-submodules tests
done
