"""python-tuf's client, told what to do on standard input; answers each line with the CPU seconds and the seconds that it took.

Usage: python_tuf.py ROOT METADATA_URL      (where `import tuf` works)

    start FOLDER       a new Updater over what FOLDER holds, and its refresh: an Updater can refresh only once
    resolve PATH…      looks up targets, each of which must be signed
"""

import pathlib
import shutil
import sys
import time

import tuf
from tuf.ngclient import Updater

root, url = sys.argv[1:]
updater = None
print(tuf.__version__, flush=True)
for line in sys.stdin:
    command, *words = line.split()
    cpu, began = time.process_time(), time.perf_counter()
    if command == "start":
        folder = pathlib.Path(words[0])
        if not folder.exists():
            folder.mkdir()
            shutil.copy(root, folder / "root.json")
        updater = Updater(str(folder), url)
        updater.refresh()
    elif not all(updater.get_targetinfo(path) for path in words):
        sys.exit("not signed: " + " ".join(words))
    print(time.process_time() - cpu, time.perf_counter() - began, flush=True)
