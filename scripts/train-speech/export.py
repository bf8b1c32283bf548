"""The streaming net as one ONNX file, and reference values for the tests of its TypeScript side."""

import hashlib
import json

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import features
from network import LAG, LATE_LAG, Streaming
from phones import VISEMES

STEPS_A_CALL = 2  # 40 ms
SAMPLES_A_STEP = 2 * features.HOP
OPSET = 13


def export(network, path):
    """Writes the model; inputs `mel` and `past0..`, outputs `early`, `late`, `level`, `next0..`."""
    streaming = Streaming(network).eval()
    pasts = streaming.pasts()
    names = range(len(pasts))
    torch.onnx.export(
        streaming,
        (torch.zeros(1, STEPS_A_CALL, 2 * features.BANDS), *pasts),
        path,
        opset_version=OPSET,
        input_names=["mel", *(f"past{at}" for at in names)],
        output_names=["early", "late", "level", *(f"next{at}" for at in names)],
    )
    model = onnx.load(path)
    model.metadata_props.add(key="visemes", value=" ".join(VISEMES))
    _store_half(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return {"bytes": len(_bytes(path)), "sha256": hashlib.sha256(_bytes(path)).hexdigest()}


def _store_half(graph):
    """Weights as 16 bit floats in the file, which the reader widens again."""
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 64:
            continue
        stored = numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}.half")
        widen = helper.make_node("Cast", [stored.name], [tensor.name], to=TensorProto.FLOAT)
        graph.initializer.remove(tensor)
        graph.initializer.append(stored)
        graph.node.insert(0, widen)


def _bytes(path):
    with open(path, "rb") as file:
        return file.read()


def answers(network, sound):
    """Early (steps, visemes) and late (steps, visemes) answers, each on the sound's own time."""
    steps = -(-len(sound) // SAMPLES_A_STEP)
    silence = np.zeros((steps + LATE_LAG + 1) * SAMPLES_A_STEP - len(sound), np.float32)
    mel = features.log_mel(np.concatenate([sound, silence]))[: 2 * (steps + LATE_LAG)]
    x = torch.from_numpy(mel.reshape(1, -1, 2 * features.BANDS))
    streaming = Streaming(network).eval()
    with torch.no_grad():
        early, late, *_ = streaming(x, *streaming.pasts())
    return early[0].numpy()[LAG : LAG + steps], late[0].numpy()[LATE_LAG:]


def reference(network, path, seed=11):
    """A made-up sound with some of its log-mels and of the net's answers, as JSON."""
    sound = _sweep(seed)
    floats = sound.astype(np.float32) / 32768
    mel, (early, late) = features.log_mel(floats), answers(network, floats)
    with open(path, "w", encoding="utf8") as file:
        json.dump(
            {
                "pcm": sound.tolist(),
                "mel": [[round(float(v), 5) for v in row] for row in mel[::9]],
                "early": [[round(float(v), 5) for v in row] for row in early[::5]],
                "late": [[round(float(v), 5) for v in row] for row in late[::5]],
            },
            file,
        )
        file.write("\n")


def _sweep(seed):
    """0.6 s of 16 bit sound that visits every band and every level."""
    chance = np.random.default_rng(seed)
    time = np.arange(9600) / 16000
    tone = np.sin(2 * np.pi * (100 * time + 4500 * time**2)) * np.linspace(0, 0.6, 9600)
    hiss = chance.standard_normal(9600) * 0.05 * (np.sin(20 * time) > 0)
    return (np.clip(tone + hiss, -1, 1) * 32767).astype(np.int16)
