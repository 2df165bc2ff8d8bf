"""Handwriting fonts, from which the gate's training makes letters.

Source: the packages of Fontsource (https://fontsource.org) in npm's registry, under the SIL Open
Font License 1.1. They are used in training only; no font is shipped.
"""

import tarfile
from pathlib import Path
from typing import Final

from experiments.errors import DownloadError

REGISTRY: Final = "https://registry.npmjs.org/"
VERSION: Final = "5.3.0"
# the SHA-256 of each package's archive
FONTS: Final = {
    "architects-daughter": "791d2009fbdc46ca3eb942c27c62c0ee353668cd290dfad17f401b8488c727a1",
    "caveat": "ebf746fc0667b9d10fcac7c8604e2ba40a264da85a1c9b48bd679c0af3221293",
    "cedarville-cursive": "dd07000aae10231af25d83ab5ea2c53a22a8c20d8eccc137d6e5798a55edc80e",
    "coming-soon": "aac84961066a709d468766331ec2dcbe9c45bbf5260537ca859e411703d20395",
    "covered-by-your-grace": "1bd27256356f90c7bc7b463d36c05565ef4b3d655bc56d0dd7b7387114b1308d",
    "dekko": "37938c5218b2e1c7ec8a8563796d12e1c357788d2f1a444e8ffd7d9e6f572143",
    "gloria-hallelujah": "8755cc046e06286eeebee193f9f753bd0f03eec44c7bf188fc883db66e7a9d91",
    "gochi-hand": "6e206b6139093775d8762503196d6d991408bd5f8393ea0357f4f89b75b195a3",
    "handlee": "e1fbeba16906d4807b42add8ab85dec533c3e667575be00ba96f050b5fc452ce",
    "homemade-apple": "0ad668da20f63bd47bb32c86e160a7cae8ef0f2e1844c405bc40e278c86b91d0",
    "indie-flower": "be380503f1e2c5ef08b8399a28f8cb2f1725527db2cb6aacec3037c2bd1b9083",
    "just-another-hand": "58754de1b8784c97defb535f0c7e5d683ace09c17533e20c0c8c627da8239d2f",
    "kalam": "0aaf22523f3c57ae19f32c4f4df0d43d6efd01b7563a19cf4ed818cd5601426d",
    "la-belle-aurore": "48be5aefc80ad78aa9b2b1c992dd65678235c2496ae2a88f694e594ab9d7abed",
    "neucha": "8f2718549556a0c406a766edc9689801a950dc79a71cbb646fc5e2d67c49cca0",
    "nothing-you-could-do": "dac48ef024df5e754bf8586157d73d0dba139d6353f28b9ec6de77b0dadf0add",
    "over-the-rainbow": "5f231cee244b4c3a734da05bf23d4e07fec1062ffa1824358e933f59fc94e313",
    "patrick-hand": "c3428d02610c7b8fa92b044cf766f8c30b88bb32a47460b4ac42fa14e0bcdcc0",
    "permanent-marker": "1fc372d174353a87b0ae7bb9651e32e7d1731f9e0b4c50c5d8704baea032bc1b",
    "reenie-beanie": "8a2406f9b3c0b76199dcd87288ea40480fcd8547ba1af2f9f3156205f1688be9",
    "rock-salt": "c298a87c9a667bcd034b4a5c87430394a0d9bdc03ff6182eaacac2abb868db57",
    "schoolbell": "08901884344f129587928d2260a84e6d8cc7baae54ecdce19ff225694314b704",
    "shadows-into-light": "0885aefd34c65bd79207cffff0771ae0527f227a202bc850f8cf9a12257fc7f1",
    "short-stack": "10ff174d6c256fd5e5417466b24a561de4fd1c5d090975849c77cc7746d8f470",
    "sue-ellen-francisco": "93c9f047a1709b2879db10b52058ffba7c1642f0acbec422eb358433c937ee00",
    "zeyada": "bf6eb4164a796a1b91405188b95455aa7e1fad447f37195e9f767efee21e336a",
}


def load_fonts(data_dir: Path, registry: str = REGISTRY) -> list[str]:
    """The font files (WOFF) under `<data_dir>/fonts`, in the order of their names.

    What is missing is downloaded from `registry` and checked first.

    Raises DownloadError for what cannot be had, or is not the known file.
    """
    import pooch

    folder = data_dir / "fonts"
    paths = []
    for name, sha256 in FONTS.items():
        path = folder / f"{name}.woff"
        if not path.is_file():
            archive = f"{name}-{VERSION}.tgz"
            try:
                fetched = pooch.retrieve(
                    f"{registry}@fontsource/{name}/-/{archive}",
                    f"sha256:{sha256}",
                    archive,
                    folder,
                )
                with tarfile.open(fetched) as packed:
                    member = packed.extractfile(f"package/files/{name}-latin-400-normal.woff")
                    path.write_bytes(member.read() if member else b"")
            except (OSError, ValueError, KeyError, tarfile.TarError) as error:
                raise DownloadError(
                    f"{name}: expected its font from {registry} ({error})"
                ) from error
        paths.append(str(path))
    return paths
