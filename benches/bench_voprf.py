"""Evaluations a second: libsodium alone, ours, and two implementations that are not ours.

    python benches/bench_voprf.py [--rounds N] [--size N] [--json]

Every line of a group is measured in turn in each round, and the best round counts, so that what
else the machine does falls on all alike. The floors call libsodium's functions in a bare loop,
with inputs hashed and buffers made beforehand: what no layer above can go below.

Lines of the batch group do one known input each, once on every engine that runs here; of the
service group, one blinded element with its proof. `Evaluator.evaluate` runs on libsodium, and
`evaluate_each` on the engine that is named, with as many elements at once.
"""

import argparse
import ctypes
import hashlib
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import private_set_intersection.python as psi  # type: ignore[import-untyped]
from voprf import ristretto as wheel

from breachdesk.voprf import (
    EngineError,
    Evaluator,
    blind,
    engine_name,
    evaluate_batch,
    evaluate_elements,
    finalize,
    generate_key_pair,
    public_key,
)
from breachdesk.voprf import _sodium as sodium
from breachdesk.voprf._batch import evaluate_with
from breachdesk.voprf._dleq import Prover
from breachdesk.voprf._each import evaluate_each
from breachdesk.voprf._engine import Engine
from breachdesk.voprf._engines import named
from breachdesk.voprf._group import random_scalar

Work = Callable[[], object]


def engines() -> list[Engine]:
    """Every engine that runs here, the fastest first."""
    found = []
    for name in ("ifma", "portable", "libsodium"):
        try:
            found.append(named(name))
        except EngineError as error:
            print(f"not run: {error}")
    return found


def batch_lines(size: int) -> dict[str, Work]:
    """One call of each does `size` known inputs (the threads one `size` in each thread)."""
    secret = generate_key_pair().secret
    inputs = [b"breachdesk bench input, as long as a usual one %012d" % i for i in range(size)]
    texts = [value.decode() for value in inputs]
    digests = [hashlib.sha512(value).digest() for value in inputs]
    elements = [blind(value).element for value in inputs]
    rust = wheel.Evaluator(os.urandom(32))
    server = psi.server.CreateWithNewKey(reveal_intersection=False)
    point, product = sodium.Buffer32(), sodium.Buffer32()

    def floor() -> None:
        for digest in digests:
            sodium.from_hash(point, digest)
            sodium.scalarmult(product, secret, point)

    return {
        "libsodium floor (from_hash, scalarmult)": floor,
        **{
            f"breachdesk evaluate_batch, {engine.name}": partial(
                evaluate_with, engine, secret, inputs
            )
            for engine in engines()
        },
        f"breachdesk evaluate_elements, {engine_name()}": lambda: evaluate_elements(
            secret, elements
        ),
        "voprf wheel (curve25519-dalek)": lambda: [rust.evaluate_known_input(v) for v in inputs],
        "openmined-psi (P-256, hash and multiply)": lambda: server.CreateSetupMessage(
            1e-9, size, texts, psi.DataStructure.RAW
        ),
    }


def each_line(engine: Engine, secret: bytes, element: bytes, together: int, size: int) -> None:
    """About `size` evaluations with proofs, so many at once, as `Evaluator.evaluate_each`."""
    prover = Prover(secret, public_key(secret))
    for _ in range(size // together):
        nonces = [random_scalar() for _ in range(together)]
        evaluate_each(engine, prover, secret, [element] * together, nonces)


def service_lines(size: int) -> dict[str, Work]:
    """One call of each does `size` blinded elements with proof."""
    pair = generate_key_pair()
    evaluator = Evaluator(pair.secret)
    blinding = blind(b"bench")
    element = blinding.element
    evaluation = evaluator.evaluate(element)
    rust = wheel.Evaluator(os.urandom(32))
    request = wheel.BlindedInput.deserialize(element)
    point, scalar = sodium.Buffer32(), sodium.Buffer32()
    wide = ctypes.create_string_buffer(os.urandom(64), 64)

    def floor() -> None:
        secret = pair.secret
        for _ in range(size):
            for _ in range(4):  # evaluated element, composite m, composite z, t3
                sodium.scalarmult(point, secret, element)
            sodium.scalar_random(scalar)
            sodium.scalarmult_base(point, scalar)  # t2
            sodium.scalar_reduce(scalar, wide)  # weight
            sodium.scalar_reduce(scalar, wide)  # challenge
            sodium.scalar_mul(scalar, secret, secret)
            sodium.scalar_sub(scalar, secret, scalar)

    return {
        "libsodium floor (its ten calls)": floor,
        "breachdesk Evaluator.evaluate": lambda: [evaluator.evaluate(element) for _ in range(size)],
        **{
            f"breachdesk evaluate_each, {engine.name}, {together}": partial(
                each_line, engine, pair.secret, element, together, size
            )
            for engine in engines()
            for together in (1, 8, 32)
        },
        "voprf wheel (curve25519-dalek)": lambda: [rust.evaluate(request) for _ in range(size)],
        "breachdesk finalize (client)": lambda: [
            finalize(b"bench", blinding, evaluation, pair.public) for _ in range(size)
        ],
    }


def best_times(lines: dict[str, Work], size: int, rounds: int) -> dict[str, float]:
    """Microseconds for one item of each line: the best of `rounds`, taken in turn."""
    best = dict.fromkeys(lines, float("inf"))
    for _ in range(rounds):
        for name, work in lines.items():
            start = time.perf_counter()
            work()
            best[name] = min(best[name], (time.perf_counter() - start) / size * 1e6)
    return best


def thread_scaling(size: int, rounds: int) -> float:
    """How many times faster evaluate_batch is in one thread a core than in one thread."""
    cores = len(os.sched_getaffinity(0))
    secret = generate_key_pair().secret
    inputs = [b"%052d" % i for i in range(size)]
    with ThreadPoolExecutor(cores) as pool:
        lines: dict[str, Work] = {
            "one": lambda: evaluate_batch(secret, inputs),
            "all": lambda: list(pool.map(lambda _: evaluate_batch(secret, inputs), range(cores))),
        }
        best = best_times(lines, size, rounds)
    return cores * best["one"] / best["all"]


def report(title: str, times: dict[str, float]) -> None:
    """A table of one group; its first line is the floor."""
    floor = next(iter(times.values()))
    print(f"\n{title}\n{'':44}{'us':>9}{'a second':>11}{'of floor':>10}")
    for name, value in times.items():
        print(f"{name:44}{value:9.2f}{1e6 / value:11.0f}{value / floor:10.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    batch = best_times(batch_lines(options.size), options.size, options.rounds)
    service = best_times(service_lines(options.size // 4), options.size // 4, options.rounds)
    scaling = thread_scaling(options.size, options.rounds)
    if options.json:
        print(json.dumps({"batch_us": batch, "service_us": service, "thread_scaling": scaling}))
        return
    report("Known inputs, one core", batch)
    report("Blinded elements with proof, one core", service)
    print(f"\nevaluate_batch, one thread a core: {scaling:.2f} times one thread")


if __name__ == "__main__":
    main()
