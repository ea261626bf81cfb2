// Plays a quiet stream, for scripts/count-instructions: ten seconds that count, after ten in which everything is learnt.
import NeuronVision

let pictures = 10 * QuietStream.picturesPerSecond
var stream = QuietStream(target: try KernelTarget.chosen.get())
stream.learn(pictures: pictures)
stream.play(pictures: pictures)
print(pictures)
