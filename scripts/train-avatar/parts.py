"""Writes containers of named tensors and blobs, as `runtime/avatar/parts.ts` reads them."""

import json
import struct

import numpy as np

MAGIC = b"FDPARTS\n"
TYPES = {"u8": "<u1", "i8": "<i1", "i16": "<i2", "f32": "<f4"}


class Parts:
    """Tensors and lists of blobs, in the order they are added."""

    def __init__(self):
        self._index = {"tensors": {}, "blobs": {}}
        self._parts = []
        self._length = 0

    def tensor(self, name, kind, values):
        values = np.ascontiguousarray(values, TYPES[kind])
        self._index["tensors"][name] = {
            "type": kind, "shape": list(values.shape), "at": self._add(values.tobytes()),
            "packed": False,
        }

    def blobs(self, name, contents):
        self._index["blobs"][name] = [self._add(content) for content in contents]

    def write(self, path):
        """Returns the file's size in bytes."""
        index = json.dumps(self._index, separators=(",", ":")).encode()
        head = MAGIC + struct.pack("<I", len(index)) + index
        path.write_bytes(head + b"".join(self._parts))
        return len(head) + self._length

    def _add(self, content):
        span = [self._length, len(content)]
        self._parts.append(content)
        self._length += len(content)
        return span
