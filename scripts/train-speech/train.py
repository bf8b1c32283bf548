"""Builds the speech model from nothing: python3 train.py OUT [--benchmark DIR].

Corpus, noises, features, training, export and report are steps that leave files in OUT; a step
whose file is there is not done again, and training goes on from its last thousand batches.
"""

import argparse
import os

import corpus
import export
import features
import fit
import network
import noises
import report

BATCHES = 13000
SEED = 1


def main():
    options = _options()
    place = lambda name: os.path.join(options.out, name)
    minutes = corpus.build(place("corpus"), options.scale)
    noises.build(place("corpus"), place("noises.npz"), options.seed + 4)
    features.build(place("corpus"), place("features"), options.seed + 6)
    if not os.path.exists(place("net.pt")):
        fit.train(place("features"), place("noises.npz"), place("net.pt"), options)
    net = fit.load(place("net.pt"))
    model = export.export(net, place("speech.onnx"))
    export.reference(net, place("reference.json"))
    report.write(place("report.md"), net, minutes, model, options)
    print(f"{model['bytes']} bytes, sha256 {model['sha256']}", flush=True)


def _options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", help="folder for everything that is made")
    parser.add_argument("--benchmark", help="folder to report on: wav/, truth.json, score.py")
    parser.add_argument("--batches", type=int, default=BATCHES)
    parser.add_argument("--channels", type=int, default=network.CHANNELS)
    parser.add_argument("--scale", type=float, default=1.0, help="of the corpus' minutes")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int, default=1, help="one core a thread must be free")
    return parser.parse_args()


if __name__ == "__main__":
    main()
