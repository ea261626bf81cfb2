"""Clips for `scripts/soak` and `scripts/bench`, made from the fixtures by ffmpeg and kept in .build/scale.

All show the fixtures' yard with the noise of a sensor, enlarged; what differs is what happens in it and how it is encoded.
The same FFmpeg gives the same bytes, and a changed recipe makes the clip again.
"""
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".build" / "scale"

# A still of the yard, larger than the picture so that a shake has something to show.
STILL = ["-framerate", "25", "-i", str(FOLDER / "yard.png")]
HELD = "format=yuv420p,loop=loop=-1:size=1"
NOISE = "noise=alls={noise}:allf=t:all_seed=1"
CBR = "-b:v {rate} -maxrate {rate} -minrate {rate} -bufsize {rate} -nal-hrd cbr -bf 0"
X264 = "-c:v libx264 -preset veryfast -tune zerolatency -threads 1 -g 50 -sc_threshold 0 -pix_fmt yuv420p"


class Recipe:
    """How one clip is made: its inputs, its filter, its encoder."""

    def __init__(self, describes, filters, encoder, seconds=60, inputs=None):
        self.describes, self.seconds = describes, seconds
        inputs = STILL if inputs is None else inputs
        self.arguments = [*inputs, "-vf", filters, "-an", *X264.split(), *encoder.split(), "-t", str(seconds)]


def still(filters, noise=4):
    """The yard in 1080p, filtered, and last the sensor's noise."""
    return f"{HELD},{filters},{NOISE.format(noise=noise)}"


def played(name):
    """A fixture, again and again."""
    return ["-stream_loop", "-1", "-i", str(ROOT / "fixtures" / "clips" / f"{name}.mp4")]


CROP = "crop=1920:1080:96:54"
FOUR, TWO = CBR.format(rate="4M"), CBR.format(rate="2M")
RAIN = "noise=c0s=60:c0f=t:all_seed=7,dblur=angle=80:radius=14"
EXPOSURE = "eq=eval=frame:brightness='0.12*mod(floor(t/10),2)'"
INFRARED = "hue=s='1-mod(floor(t/20),2)',eq=eval=frame:contrast='1-0.25*mod(floor(t/20),2)'"
SHAKE = "crop=1920:1080:96+6*sin(2*PI*t*1.7)+3*sin(2*PI*t*4.1):54+4*sin(2*PI*t*2.3)"

RECIPES = {
    "idle-720p": Recipe("the still yard, 720p25, constant 2 Mbit/s", "scale=1280:720," + still("null"), TWO),
    "calm-cbr": Recipe("the still yard, constant 4 Mbit/s", still(CROP), FOUR),
    "calm-crf": Recipe("the still yard, constant quality", still(CROP), "-crf 23 -bf 0"),
    "busy": Recipe("people cross the yard all the time", "scale=1920:1080,fps=25," + NOISE.format(noise=4), FOUR,
                   inputs=played("two-walkers")),
    "night": Recipe("a dark yard, strong noise", still(CROP + ",eq=brightness=-0.28:contrast=0.5", 22), FOUR),
    "rain": Recipe("streaks all over the picture", still(f"{CROP},{RAIN}"), FOUR),
    "exposure": Recipe("the exposure steps every 10 s", still(f"{CROP},{EXPOSURE}"), FOUR),
    "infrared": Recipe("grey and back every 20 s", still(f"{CROP},{INFRARED}"), FOUR),
    "shake": Recipe("the mast sways", still(SHAKE), FOUR),
}
NUISANCES = ["night", "rain", "exposure", "infrared", "shake"]


def clip(name):
    """The path of a clip, made where it is missing."""
    recipe = RECIPES[name]
    make_yard()
    key = hashlib.sha256(" ".join(recipe.arguments).encode()).hexdigest()[:12]
    path = FOLDER / f"{name}-{key}.mp4"
    if not path.exists():
        print(f"scale: making {path.name}: {recipe.describes}", file=sys.stderr, flush=True)
        ffmpeg([*recipe.arguments], path)
    return path


def make_yard():
    """The still that the clips show: the first picture of a fixture, before anybody has come."""
    subprocess.run([ROOT / "scripts" / "make-fixtures"], check=True, stdout=sys.stderr)
    FOLDER.mkdir(parents=True, exist_ok=True)
    yard = FOLDER / "yard.png"
    if not yard.exists():
        source = ["-i", str(ROOT / "fixtures" / "clips" / "walker.mp4"), "-frames:v", "1", "-vf", "scale=2112:1188"]
        ffmpeg(source, yard)


def ffmpeg(arguments, path):
    part = path.with_name("." + path.name)
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments, str(part)]
    if subprocess.run(command, check=False, timeout=1200).returncode:
        part.unlink(missing_ok=True)
        sys.exit(f"scale: ffmpeg could not make {path.name} (see above)")
    part.rename(path)
