"""Networks as ONNX files: weights in half precision, which the kiosk's runtime widens at loading."""

import io

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

LARGE = 256  # values, from which on a tensor is stored in half precision


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
    _halve(model.graph)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _halve(graph):
    """Stores large float tensors as float16, each with a cast behind it."""
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < LARGE:
            continue
        name = tensor.name
        values = numpy_helper.to_array(tensor).astype(np.float16)
        tensor.CopyFrom(numpy_helper.from_array(values, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
