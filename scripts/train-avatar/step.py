"""What every step of a build shares: folder, settings, progress, trouble and result.

A step is `STEP.py WORK`. It reads WORK/build.json and what earlier steps left, writes below
WORK/STEP/, and leaves WORK/STEP/result.json last of all.
"""

import json
import sys
import time
from pathlib import Path

PROGRESS_SECONDS = 0.2  # between two lines of progress


class Step:
    """`name` is the step's folder in WORK, the first word of the command line."""

    def __init__(self, name, work=None):
        if work is None and len(sys.argv) != 2:
            raise SystemExit(f"Cannot run {name}: usage is {name}.py WORK")
        self.work = Path(work or sys.argv[1]).resolve()
        self.name = name
        self.folder = self.work / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.build = read_json(self.work / "build.json")
        self._said = 0.0

    def result(self, step):
        """What an earlier step left."""
        return read_json(self.work / step / "result.json")

    def progress(self, done, of, text):
        now = time.monotonic()
        if done < of and now - self._said < PROGRESS_SECONDS:
            return
        self._said = now
        say({"done": int(done), "of": int(of), "text": text})

    def trouble(self, code, what, due, advice, severity="refused"):
        say(
            {
                "trouble": {
                    "code": code,
                    "is": what,
                    "due": due,
                    "advice": advice,
                    "severity": severity,
                }
            }
        )

    def refuse(self, code, what, due, advice):
        """Trouble that the user can mend; ends the step."""
        self.trouble(code, what, due, advice)
        raise SystemExit(2)

    def finish(self, result):
        text = json.dumps(result, indent=1)
        whole = self.folder / "result.json.part"
        whole.write_text(text + "\n")
        whole.rename(self.folder / "result.json")


def read_json(path):
    return json.loads(Path(path).read_text())


def say(line):
    print(json.dumps(line), file=sys.stderr, flush=True)
