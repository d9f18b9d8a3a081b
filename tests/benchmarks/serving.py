"""Over HTTP on loopback: assessments per second with one worker, their tail, memory that stays flat; and the page.

python tests/benchmarks/serving.py [REQUESTS, by default 20,000] [CONNECTIONS, by default 8]
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError

import backtriage as bt

PORT = 8771
URL = f"http://127.0.0.1:{PORT}/"
LISTS = list(bt.default_rulebook().vocabulary.checklists)
ORDINARY = {"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True, "denies": LISTS}
PEOPLE = {
    "an ordinary person": ORDINARY,
    "an emergency": {"age": 41, "new_bladder_change": True},
    "nothing known": {},
}


def memory(process: int) -> float:
    """What a process holds in memory, in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def asked(request: bytes, count: int, seconds: list[float]) -> None:
    """One connection that asks again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    for _ in range(count):
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        seconds.append(time.perf_counter() - begun)
    writer.close()


def request(path: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST /{path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(content)}\r\n\r\n".encode() + content


async def load(sent: bytes, count: int, connections: int) -> tuple[float, list[float]]:
    """The seconds it took in all, and each request's, the quickest first."""
    seconds: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(*[asked(sent, count // connections, seconds) for _ in range(connections)])
    return time.perf_counter() - begun, sorted(seconds)


def told(name: str, whole: float, seconds: list[float]) -> None:
    half, tail = (seconds[int(len(seconds) * part)] * 1000 for part in (0.5, 0.99))
    print(f"{name:<28} {len(seconds) / whole:8.0f} /s   p50 {half:6.2f} ms   p99 {tail:6.2f} ms")


def page() -> None:
    """The page in Chromium: bytes over the wire, and the time until the first question can be answered."""
    found = shutil.which("chromium")
    if found is None or find_spec("playwright") is None:
        print("the page: not measured, Chromium or playwright is not installed")
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        ready, question = [], []
        for _ in range(10):
            page = browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
            session = page.context.new_cdp_session(page)
            session.send("Network.enable")
            sizes: list[float] = []
            session.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
            begun = time.perf_counter()
            page.goto(URL)
            page.get_by_role("button", name="Start").click()
            ready.append(time.perf_counter() - begun)
            page.get_by_role("button", name="Continue").wait_for()
            question.append(time.perf_counter() - begun)
            page.wait_for_timeout(100)
            page.context.close()
        browser.close()
    start, first = (sorted(times)[len(times) // 2] * 1000 for times in (ready, question))
    print(f"{'the page, nothing cached':<28} Start after {start:.0f} ms, the first question after {first:.0f} ms")
    print(f"{'':<28} {sum(sizes) / 1000:.1f} kB in {len(sizes)} answers")


def main(count: int = 20_000, connections: int = 8) -> None:
    command = [sys.executable, "-m", "backtriage", "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{URL}health", timeout=5).close()  # noqa: S310 - our own address
                break
            except URLError:
                time.sleep(0.05)
        for name, person in PEOPLE.items():
            sent = request("assess", {"profile": person})
            asyncio.run(load(sent, 200, 1))
            told(f"{name}, 1 at a time", *asyncio.run(load(sent, min(count, 2_000), 1)))
        step = {"interview": None, "region": "GB"}
        told("an interview's beginning", *asyncio.run(load(request("interview", step), min(count, 2_000), 1)))
        sent = request("assess", {"profile": ORDINARY})
        before = memory(server.pid)
        for part in range(5):
            told(f"{connections} at a time, part {part + 1} of 5", *asyncio.run(load(sent, count // 5, connections)))
            print(f"{'':<28} {memory(server.pid):8.1f} MB ({memory(server.pid) - before:+.1f})")
        page()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
