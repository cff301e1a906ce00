"""Downloads targets with python-tuf's client, which verifies them: one line a target on standard output, as client.js.

Usage: $(./python-tuf.sh FOLDER) client.py ROOT METADATA_URL TARGETS_URL FOLDER PREFIXED NAME…

PREFIXED is true or false: whether the names of files begin with their hash. What python-tuf refuses ends it with exit code 1.
"""

import pathlib
import shutil
import sys

from tuf.api.exceptions import RepositoryError
from tuf.ngclient import Updater, UpdaterConfig

root, metadata_url, targets_url, folder, prefixed, *names = sys.argv[1:]
metadata, targets = pathlib.Path(folder, "metadata"), pathlib.Path(folder, "targets")
for each in metadata, targets:
    each.mkdir(parents=True, exist_ok=True)
if not (metadata / "root.json").exists():
    shutil.copy(root, metadata / "root.json")
config = UpdaterConfig(prefix_targets_with_hash=prefixed == "true")
try:
    updater = Updater(str(metadata), metadata_url, str(targets), targets_url, config=config)
    updater.refresh()
    for name in names:
        target = updater.get_targetinfo(name)
        if target:
            updater.download_target(target)
        print("downloaded" if target else "absent", name)
except RepositoryError as error:
    sys.exit(f"{type(error).__name__}: {error}")
