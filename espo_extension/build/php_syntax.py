"""The syntax of every PHP file, in one PHP process."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from espo_extension.build.failure import BuildFailed

_PROGRAM = """
function_exists('token_get_all') || exit(3);
foreach (array_slice($argv, 1) as $file) {
    try {
        token_get_all(file_get_contents($file), TOKEN_PARSE);
    } catch (ParseError $error) {
        echo $file, ' line ', $error->getLine(), ': ', $error->getMessage(), PHP_EOL;
    }
}
"""
# Without php.ini, which may load a dozen extensions: that takes longer than the check itself.
_OPTIONS = ("-n", "-d", "extension=tokenizer", "-d", "display_startup_errors=0")
_NO_TOKENIZER = 3


@contextmanager
def php_syntax_checked(
    files: Sequence[Path], root: Path, note: Callable[[str], None]
) -> Iterator[None]:
    """PHP reads the files while the block runs; at its end a fault in one raises BuildFailed.

    `note` is told when there is no PHP.
    """
    php = shutil.which("php")
    if php is None or not files:
        note("PHP files not checked: there is no php")
        yield
        return
    names = [file.relative_to(root).as_posix() for file in files]
    process = subprocess.Popen(  # noqa: S603 – php from PATH and names from our own tree
        [php, *_OPTIONS, "-r", _PROGRAM, "--", *names],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        yield
        output = process.communicate()[0].strip()
    if process.returncode == _NO_TOKENIZER:
        note("PHP files not checked: this php has no tokenizer")
    elif output or process.returncode:
        raise BuildFailed(output.splitlines()[0] if output else "php ended with an error")
