"""Write the generated schemas beside this file: `python -m streams.schemas`."""

import sys

from streams.schemas import write

for path in write():
    sys.stdout.write(f"{path.name}\n")
