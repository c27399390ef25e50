"""Print the lower bounds of setup.cfg as pip constraints: `>=` becomes `==`.

A requirement without a lower bound is an error: it would be a promise that nothing tests.
"""

import configparser
import re
import sys


def constraints(setup_file: str) -> list[str]:
    """Constraints, one a line, for the package and its extra `test`."""
    setup = configparser.ConfigParser()
    setup.read(setup_file, encoding="utf-8")
    requirements = [
        *setup["options"]["install_requires"].split(),
        *setup["options.extras_require"]["test"].split(),
    ]
    return [oldest(requirement) for requirement in requirements]


def oldest(requirement: str) -> str:
    """`name[extra]>=1.2,<3` as `name==1.2`; pip takes no extras in a constraint."""
    match = re.fullmatch(r"([\w-]+)(\[[\w,-]+\])?[>=]=([\w.]+)(,<[\w.]+)?", requirement)
    if match is None:
        raise SystemExit(f"setup.cfg: {requirement} has no lower bound")
    return f"{match[1]}=={match[3]}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(constraints(sys.argv[1])) + "\n")
