"""A contender of run.mjs: the same network, losses and recipes in PyTorch.

python bench/peers/torch_peer.py --data FOLDER [--threads 1] [--layout channels_last|contiguous] [--compile]
"""

import argparse
import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from case_study import (
    BOOK_PAIRS_PER_STEP,
    BOOK_VALIDATION_SHARE,
    FAST_IMAGES_PER_CLASS,
    Reach,
    TestPairs,
    create_pairs,
    now,
    read_case_study,
    serve,
    step_reply,
)

options = argparse.ArgumentParser()
options.add_argument("--data", required=True)
options.add_argument("--threads", type=int, default=1)
options.add_argument("--layout", choices=["channels_last", "contiguous"], default="channels_last")
options.add_argument("--compile", action="store_true")
options = options.parse_args()
torch.set_num_threads(options.threads)

x, train, test = read_case_study(options.data)
test_pairs = TestPairs(x, test)
images = torch.from_numpy(x)[:, None]
layout = torch.channels_last if options.layout == "channels_last" else torch.contiguous_format


def base_network():
    network = nn.Sequential(
        nn.Conv2d(1, 32, 7), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(64 * 81, 128), nn.ReLU()
    )
    for layer in network:
        if hasattr(layer, "weight"):
            nn.init.xavier_uniform_(layer.weight)  # Keras's default, as in the chapter
            nn.init.zeros_(layer.bias)
    return network.to(memory_format=layout)


def batch_of(indices):
    return images[indices].to(memory_format=layout)


class Book:
    """128 pairs, RMSprop. The L2 of the kernels is given as weight decay, whose gradient is the same: 2 · 0.01 · w."""

    def __init__(self, seed, planned_steps):
        torch.manual_seed(seed)
        self.network = base_network()
        kernels = [p for p in self.network.parameters() if p.ndim > 1]
        self._biases = [p for p in self.network.parameters() if p.ndim == 1]
        groups = [{"params": kernels, "weight_decay": 0.02}, {"params": self._biases}]
        self._optimizer = torch.optim.RMSprop(groups, lr=1e-3, alpha=0.9, eps=1e-7)
        pairs, labels = create_pairs(train, seed)
        used = int(len(labels) * (1 - BOOK_VALIDATION_SHARE))
        self._pairs, self._labels = torch.from_numpy(pairs[:used]), torch.from_numpy(labels[:used])
        self._order = iter(())
        self._loss = torch.compile(self._loss_of) if options.compile else self._loss_of

    def _loss_of(self, batch, y):
        # Both branches share their weights, so one pass over both halves of the batch does it.
        a, b = self.network(batch).chunk(2)
        d = (a - b).square().sum(1).clamp_min(1e-7).sqrt()
        cost = (y * d.square() + (1 - y) * (1 - d).clamp_min(0).square()).mean()
        return cost + 0.01 * sum(b.abs().sum() for b in self._biases)

    def step(self):
        chosen = next(self._order, None)
        if chosen is None:
            # An epoch's incomplete last batch is left out, so that torch.compile sees one shape.
            shuffled = torch.randperm(len(self._labels))
            self._order = iter(shuffled[: len(shuffled) // BOOK_PAIRS_PER_STEP * BOOK_PAIRS_PER_STEP].split(BOOK_PAIRS_PER_STEP))
            chosen = next(self._order)
        loss = self._loss(batch_of(self._pairs[chosen].T.reshape(-1)), self._labels[chosen])
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self._optimizer.step()
        return loss.item()


class Fast:
    """96 images, 16 of each class, all their pairs; Adam with a falling rate."""

    def __init__(self, seed, planned_steps):
        torch.manual_seed(seed)
        self.network = base_network()
        self._optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3, betas=(0.9, 0.99), eps=1e-7, foreach=True)
        rate = lambda step: min(1, (step + 1) / 20) * (0.5 + 0.5 * math.cos(math.pi * min(1, step / planned_steps)))
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, rate)
        self._draw = np.random.default_rng(seed)
        labels = torch.arange(len(train)).repeat_interleave(FAST_IMAGES_PER_CLASS)
        first, second = torch.triu_indices(len(labels), len(labels), 1)
        alike = labels[first] == labels[second]
        self._alike = (first[alike], second[alike])
        self._unlike = (first[~alike], second[~alike])
        same = (labels[:, None] == labels).float().triu(1)
        different = (labels[:, None] != labels).float().triu(1)
        self._similar, self._different = 0.5 * same / same.sum(), 0.5 * different / different.sum()
        self._loss = torch.compile(self._loss_of) if options.compile else self._loss_of

    def _loss_of(self, batch):
        e = self.network(batch)
        squares = e.square().sum(1)
        d = (squares[:, None] + squares - 2 * e @ e.T).clamp_min(1e-7).sqrt()
        return (self._similar * d.square()).sum() + (self._different * functional.relu(1 - d).square()).sum()

    def step(self):
        chosen = np.concatenate([members[self._draw.integers(0, len(members), FAST_IMAGES_PER_CLASS)] for members in train])
        loss = self._loss(batch_of(torch.from_numpy(chosen)))
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self._optimizer.step()
        self._schedule.step()
        return loss.item()


RECIPES = {"book": Book, "fast": Fast}


trainers = {}


def step_times(request):
    if request["recipe"] not in trainers:
        trainers[request["recipe"]] = RECIPES[request["recipe"]](1, 10_000)
    trainer, at = trainers[request["recipe"]], []
    for _ in range(request["warmup"] + request["steps"] + 1):
        at.append(now())
        trainer.step()
    return step_reply(at, request["warmup"])


def accuracy_of(network):
    with torch.inference_mode():
        parts = torch.from_numpy(test_pairs.images)[:, None].to(memory_format=layout).split(500)
        return test_pairs.accuracy(torch.cat([network(part) for part in parts]).numpy())


def reach(request):
    if options.compile:
        RECIPES[request["recipe"]](0, 1).step()  # compiles; told apart, not counted as training
    called = time.perf_counter()
    trainer, outcome = RECIPES[request["recipe"]](request["seed"], request["plannedSteps"]), Reach(request)
    ready = (time.perf_counter() - called) * 1000
    outcome.start()
    for step in range(1, request["plannedSteps"] + 1):
        trainer.step()
        if step % request["everySteps"] == 0 or step == request["plannedSteps"]:
            outcome.judge(step, lambda: accuracy_of(trainer.network))
            if outcome.done:
                break
    return {**outcome.result(), "readyMs": ready}


how = f"torch {torch.__version__}, {options.layout}{', torch.compile' if options.compile else ''}"
serve({"runtime": how, "threads": options.threads}, {"steps": step_times, "reach": reach})
