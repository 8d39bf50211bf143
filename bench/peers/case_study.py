"""The chapter's data, and how a contender of run.mjs talks to it: one JSON request a line, one reply a line."""

import gzip
import json
import pathlib
import random
import sys
import time

import numpy as np

CLASSES = [0, 1, 2, 4, 5, 9]
TRAINING_PER_CLASS = 4800
THRESHOLD = 0.5
BOOK_PAIRS_PER_STEP = 128
BOOK_VALIDATION_SHARE = 0.25
FAST_IMAGES_PER_CLASS = 16


def read_case_study(folder):
    """Images [N, 28, 28] in 0…1 of the training part, and indices [6, 4800] and [6, 1200] of the images to learn from and to test on."""
    (images,) = pathlib.Path(folder).glob("train-images*.gz")
    (labels,) = pathlib.Path(folder).glob("train-labels*.gz")
    x = np.frombuffer(gzip.decompress(images.read_bytes()), np.uint8, offset=16).reshape(-1, 28, 28)
    y = np.frombuffer(gzip.decompress(labels.read_bytes()), np.uint8, offset=8)
    by_class = np.array([np.flatnonzero(y == c) for c in CLASSES])
    return x.astype(np.float32) / 255, by_class[:, :TRAINING_PER_CLASS], by_class[:, TRAINING_PER_CLASS:]


def create_pairs(by_class, seed):
    """The book's pairs: (d_i, d_{i+1}) alike, (d_i, e_i) different, e another class at random. Indices [P, 2] and labels [P]."""
    draw = random.Random(seed)
    pairs, labels = [], []
    for d in range(len(by_class)):
        for i in range(by_class.shape[1] - 1):
            other = (d + draw.randrange(1, len(by_class))) % len(by_class)
            pairs += [(by_class[d][i], by_class[d][i + 1]), (by_class[d][i], by_class[other][i])]
            labels += [1, 0]
    return np.array(pairs), np.array(labels, np.float32)


class TestPairs:
    """The 14,388 test pairs."""

    def __init__(self, x, by_class):
        pairs, self.labels = create_pairs(by_class, 777)
        used, places = np.unique(pairs, return_inverse=True)
        self.images = x[used]
        self._places = places.reshape(pairs.shape)

    def accuracy(self, embeddings):
        a, b = embeddings[self._places[:, 0]], embeddings[self._places[:, 1]]
        return float(np.mean((np.linalg.norm(a - b, axis=1) < THRESHOLD) == (self.labels == 1)))


class Reach:
    """Stops a training where the test pairs are told apart well enough; the time spent on judging does not count."""

    def __init__(self, request):
        self._wanted, self._limit = request["accuracy"], request["limitSeconds"]
        self._spent = np.zeros(2)
        self.curve, self.done = [], False

    def start(self):
        self._going_since = now()

    def judge(self, steps, accuracy_of):
        """Call after `steps` steps; `accuracy_of` gives the accuracy."""
        self._spent += now() - self._going_since
        accuracy = accuracy_of()
        self.curve.append([steps, *self._spent.round(3).tolist(), round(accuracy, 4)])
        self.done = accuracy >= self._wanted or self._spent.min() > self._limit
        time.sleep(0.05)
        self._going_since = now()

    def result(self):
        steps, seconds, cpu_seconds, accuracy = self.curve[-1]
        reached = accuracy >= self._wanted
        return {
            "reached": reached,
            "steps": steps,
            "seconds": seconds,
            "cpuSeconds": cpu_seconds,
            "accuracy": accuracy,
            "curve": self.curve,
        }


def now():
    """Seconds on the clock, and of CPU time in all threads."""
    return np.array([time.perf_counter(), time.process_time()])


def step_reply(at, warmup):
    """The reply to `steps`: `at` holds what `now` gave at the beginning of each step. CPU time is the mean."""
    took = np.diff(np.array(at), axis=0)[warmup:] * 1000
    return {"stepsMs": took[:, 0].tolist(), "cpuMs": float(took[:, 1].mean())}


def serve(ready, handlers):
    """Answers requests with `handlers[do](request)` until the input ends. Whatever libraries print must not get in between."""
    out, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps(ready), file=out, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(handlers[request["do"]](request)), file=out, flush=True)
