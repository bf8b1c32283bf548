"""Networks as ONNX files, weights in few bytes: the kiosk's runtime widens them at loading."""

import io

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

LARGE = 256  # values, from which on a tensor is stored in half precision
HUGE = 100_000  # values, from which on a matrix is stored in bytes, with a scale for each row


def to_onnx(network, example, given, told):
    """The bytes of a network with the input `given` and the output `told`, of fixed shapes."""
    file = io.BytesIO()
    network.eval()
    torch.onnx.export(
        network, example, file, opset_version=13, input_names=[given], output_names=[told],
        do_constant_folding=True,
    )
    model = onnx.load_from_string(file.getvalue())
    model.producer_name, model.producer_version = "frontdesk", ""
    model.graph.name = told
    _shrink(model.graph)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _shrink(graph):
    """Stores large float tensors in fewer bytes, each with what widens it behind it."""
    widening = []
    for tensor in list(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < LARGE:
            continue
        name, values = tensor.name, numpy_helper.to_array(tensor)
        if values.ndim == 2 and values.size >= HUGE:
            scale = np.maximum(np.abs(values).max(1, keepdims=True), 1e-12) / 127
            values = np.round(values / scale).astype(np.int8)
            scales = numpy_helper.from_array(scale.astype(np.float32), f"{name}.scale")
            graph.initializer.append(scales)
            widening.append(helper.make_node("Cast", [f"{name}.small"], [f"{name}.wide"], to=1))
            widening.append(helper.make_node("Mul", [f"{name}.wide", f"{name}.scale"], [name]))
        else:
            values = values.astype(np.float16)
            widening.append(helper.make_node("Cast", [f"{name}.small"], [name], to=1))
        tensor.CopyFrom(numpy_helper.from_array(values, f"{name}.small"))
    nodes = [*widening, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
