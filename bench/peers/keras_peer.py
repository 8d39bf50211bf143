"""A contender of run.mjs: the chapter's Keras code, with model.fit as in the book.

python bench/peers/keras_peer.py --data FOLDER [--threads 1] [--jit auto|on|off]
"""

import argparse
import functools
import os
import time

options = argparse.ArgumentParser()
options.add_argument("--data", required=True)
options.add_argument("--threads", type=int, default=1)
options.add_argument("--jit", choices=["auto", "on", "off"], default="auto")
options = options.parse_args()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops, regularizers

from case_study import (
    BOOK_PAIRS_PER_STEP,
    BOOK_VALIDATION_SHARE,
    Reach,
    TestPairs,
    create_pairs,
    now,
    read_case_study,
    serve,
    step_reply,
)

tf.config.threading.set_intra_op_parallelism_threads(options.threads)
tf.config.threading.set_inter_op_parallelism_threads(options.threads)
x, train, test = read_case_study(options.data)
test_pairs = TestPairs(x, test)


def base_network():
    regularized = {"kernel_regularizer": regularizers.l2(0.01), "bias_regularizer": regularizers.l1(0.01)}
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 7, activation="relu", **regularized),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu", **regularized),
            layers.Flatten(),
            layers.Dense(128, activation="relu", **regularized),
        ]
    )


class Done(Exception):
    pass


class EuclideanDistance(layers.Layer):
    def call(self, vectors):
        a, b = vectors
        return ops.sqrt(ops.maximum(ops.sum(ops.square(a - b), axis=1, keepdims=True), keras.config.epsilon()))


def contrastive_loss(y, d):
    y = ops.reshape(y, (-1, 1))
    return ops.mean(y * ops.square(d) + (1 - y) * ops.square(ops.maximum(1 - d, 0)))


def accuracy(y, d):
    return ops.mean(ops.equal(ops.reshape(y, (-1, 1)), ops.cast(d < 0.5, y.dtype)))


def compiled_model():
    base = base_network()
    a, b = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
    model = keras.Model([a, b], EuclideanDistance()([base(a), base(b)]))
    jit = {"auto": "auto", "on": True, "off": False}[options.jit]
    model.compile(loss=contrastive_loss, optimizer=keras.optimizers.RMSprop(), metrics=[accuracy], jit_compile=jit)
    return model, base


@functools.lru_cache(1)
def book_arrays(seed):
    """The pairs without the last quarter, which the book's validation_split holds back."""
    pairs, labels = create_pairs(train, seed)
    used = int(len(labels) * (1 - BOOK_VALIDATION_SHARE))
    images = x[..., np.newaxis]
    return images[pairs[:used, 0]], images[pairs[:used, 1]], labels[:used]


def fit(model, seed, steps, callback):
    a, b, y = book_arrays(seed)
    epochs = -(-steps * BOOK_PAIRS_PER_STEP // len(y))
    model.fit([a, b], y, batch_size=BOOK_PAIRS_PER_STEP, epochs=epochs, verbose=0, callbacks=[callback])


class Stopwatch(keras.callbacks.Callback):
    def __init__(self, steps):
        super().__init__()
        self.at, self._steps = [], steps

    def on_train_batch_end(self, batch, logs=None):
        self.at.append(now())
        if len(self.at) > self._steps:
            raise Done


@functools.lru_cache(1)
def model_to_time():
    keras.utils.set_random_seed(1)
    return compiled_model()[0]


def step_times(request):
    watch = Stopwatch(request["warmup"] + request["steps"])
    try:
        fit(model_to_time(), 1, request["warmup"] + request["steps"] + 1, watch)
    except Done:
        pass
    return step_reply(watch.at, request["warmup"])


class Judge(keras.callbacks.Callback):
    def __init__(self, reach, base, every):
        super().__init__()
        self._reach, self._base, self._every = reach, base, every
        self._embed = tf.function(lambda images: base(images, training=False))
        self._images = test_pairs.images[..., np.newaxis]
        self._embed(self._images)
        self.steps = 0

    def on_train_batch_begin(self, batch, logs=None):
        if self.steps == 0:
            self._reach.start()

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        if self.steps % self._every:
            return
        self._reach.judge(self.steps, lambda: test_pairs.accuracy(self._embed(self._images).numpy()))
        if self._reach.done:
            raise Done


def reach(request):
    keras.utils.set_random_seed(request["seed"])
    model, base = compiled_model()
    # The first step traces the network: its cost is told apart, not counted as training.
    a, b, y = book_arrays(0)
    called, weights = time.perf_counter(), model.get_weights()
    model.train_on_batch([a[:BOOK_PAIRS_PER_STEP], b[:BOOK_PAIRS_PER_STEP]], y[:BOOK_PAIRS_PER_STEP])
    model.optimizer.build(model.trainable_variables)
    for variable in model.optimizer.variables:
        if variable.path.split("/")[-1] not in ("learning_rate",):
            variable.assign(ops.zeros_like(variable))
    model.set_weights(weights)
    ready = (time.perf_counter() - called) * 1000
    outcome = Reach(request)
    try:
        fit(model, request["seed"], request["plannedSteps"], Judge(outcome, base, request["everySteps"]))
    except Done:
        pass
    return {**outcome.result(), "readyMs": ready}


serve({"runtime": f"keras {keras.__version__}, tensorflow {tf.__version__}", "threads": options.threads}, {"steps": step_times, "reach": reach})
