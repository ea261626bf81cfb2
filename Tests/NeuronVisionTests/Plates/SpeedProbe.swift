import NeuronCore
import NeuronVision
import Testing

@Suite struct SpeedProbe {
    @Test func `speed`() throws {
        typealias L = RandomNet.Layer
        var ls: [L] = []
        func add(
            _ op: UInt8,
            _ k: UInt8,
            _ st: UInt8,
            _ act: UInt8,
            _ src: UInt16,
            _ ci: UInt16,
            _ co: UInt16,
            _ c: UInt16 = 0xFFFF
        ) -> UInt16 {
            ls.append(
                L(
                    operation: op,
                    window: k,
                    stride: st,
                    isClamped: act,
                    input: src,
                    coarse: c,
                    inputChannels: ci,
                    outputChannels: co
                )
            )
            return UInt16(ls.count)
        }
        func sep(_ src: UInt16, _ st: UInt8, _ ci: UInt16, _ co: UInt16) -> UInt16 {
            add(0, 1, 1, 1, add(1, 5, st, 1, src, ci, ci), ci, co)
        }
        let half = add(0, 3, 2, 1, 0, 1, 8)
        let quarter = add(0, 3, 2, 1, half, 8, 16)
        var fine = sep(quarter, 2, 16, 32)
        var middle = sep(sep(fine, 2, 32, 48), 1, 48, 48)
        var coarse = sep(sep(middle, 2, 48, 64), 1, 64, 64)
        coarse = sep(coarse, 1, 64, 64)
        middle = add(2, 1, 1, 1, middle, 48, 48, add(0, 1, 1, 0, coarse, 64, 48))
        middle = sep(middle, 1, 48, 48)
        fine = add(2, 1, 1, 1, fine, 32, 32, add(0, 1, 1, 0, middle, 48, 32))
        fine = sep(fine, 1, 32, 32)
        let h8 = add(0, 1, 1, 0, fine, 32, 5)
        var rn = RandomNet(layers: ls, heads: [(h8, 8)])
        rn.largestWeight = 200
        let net = try PlateNet(reading: rn.file)
        let luma = RandomNet.picture(width: 1280, height: 720, seed: 3)
        let clock = ContinuousClock()
        for target in KernelTarget.available.prefix(2) {
            var finder = PlateFinder(net: net, minimumScore: 0.05, target: target)
            var times: [Duration] = []
            for _ in 0..<400 {
                times.append(
                    clock.measure {
                        finder.search(LumaPlane(samples: luma.span, width: 1280, height: 720, stride: 1280))
                    }
                )
            }
            print(target, times.sorted()[0], times.sorted()[200], "best/median", finder.plates.count)
        }
    }
}
