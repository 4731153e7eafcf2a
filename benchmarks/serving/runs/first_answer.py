"""A fresh process that answers one message: `python -m benchmarks.serving.first_answer OPTIONS`."""

import asyncio
import json
import sys

from benchmarks.serving.askers import Options
from benchmarks.serving.askers.tokki import opened


async def main() -> None:
    """Print which engine answered, and whether torch had to be imported for it."""
    async with opened(Options(**json.loads(sys.argv[1]))) as asker:  # which asks once
        heavy = [name for name in ("torch", "transformers") if name in sys.modules]
        said = asker.about()["engine"]
        print(f"{said} answered, {' and '.join(heavy) or 'nothing heavy'} imported", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
