import NeuronCore
import NeuronMedia
import NeuronTestSupport
import Testing

@Suite struct TimestampRepairTests {
    private func repair(
        _ timebase: (Int, Int) = (1, 1000),
        interval: TimeSpan = .milliseconds(40),
        mayReorder: Bool = false,
        wrapBits: Int = 64,
        firstTime: MediaTime = .zero,
        origin: Int64? = nil
    ) throws -> TimestampRepair {
        TimestampRepair(
            timebase: try #require(Ratio(timebase.0, timebase.1)),
            nominalInterval: interval,
            mayReorder: mayReorder,
            wrapBits: wrapBits,
            firstTime: firstTime,
            origin: origin
        )
    }

    /// Places stamps without reordering, the first a keyframe, and gives milliseconds.
    private func place(_ stamps: [Int64?], with repair: inout TimestampRepair) -> [Double] {
        stamps.enumerated().map { index, pts in
            let time = repair.place(pts: pts, dts: pts, isKeyframe: index == 0)
            return Double(time.nanoseconds) / 1e6
        }
    }

    @Test func `the first picture is at zero and the rest as far from it as their stamps`() throws {
        var repair = try repair()
        #expect(place([5000, 5040, 5080, 5200], with: &repair) == [0, 40, 80, 200])
        #expect(repair.counts == TimestampRepair.Counts())
    }

    @Test func `negative stamps are as good as any`() throws {
        var repair = try repair()
        #expect(place([-80, -40, 0, 40], with: &repair) == [0, 40, 80, 120])
    }

    @Test func `a time line can begin where an older one ended`() throws {
        var repair = try repair(firstTime: MediaTime(nanoseconds: 7_000_000))
        #expect(place([5000, 5040], with: &repair) == [7, 47])
    }

    @Test func `a ratio that does not divide a second is never rounded twice`() throws {
        var repair = try repair((1001, 30_000), interval: TimeSpan(nanoseconds: 33_366_666))
        var time = MediaTime.zero
        for frame in 0...Int64(100_000) { time = repair.place(pts: frame, dts: frame, isKeyframe: false) }
        #expect(time.nanoseconds == 3_336_666_666_666)
    }

    @Test func `a missing stamp goes on by the nominal interval`() throws {
        var repair = try repair()
        #expect(place([0, nil, 80, nil, nil, 200], with: &repair) == [0, 40, 80, 120, 160, 200])
        #expect(repair.counts.missing == 3)
    }

    @Test func `a stream whose first stamps are missing is anchored by the first one there is`() throws {
        var repair = try repair()
        #expect(place([nil, nil, 9000, 9040], with: &repair) == [0, 40, 80, 120])
        #expect(repair.counts.jumps == 0)
    }

    @Test func `a stream without any stamp is counted`() throws {
        var repair = try repair(interval: TimeSpan(nanoseconds: 33_333_333))
        let times = (0..<4).map { _ in repair.place(pts: nil, dts: nil, isKeyframe: false).nanoseconds }
        #expect(times == [0, 33_333_333, 66_666_666, 99_999_999])
    }

    @Test func `a pause of up to ten seconds is a pause`() throws {
        var repair = try repair()
        #expect(place([0, 40, 10_040], with: &repair) == [0, 40, 10_040])
    }

    @Test(arguments: [Int64(10_041), 3_600_000, .max, -1, -3_600_000, .min])
    func `a jump goes on by the nominal interval`(stamp: Int64) throws {
        var repair = try repair()
        let after = stamp == .max ? stamp : stamp &+ 40
        #expect(place([0, 40, stamp, after], with: &repair).prefix(3) == [0, 40, 80])
        #expect(repair.counts.jumps == 1 || stamp == .max)
    }

    @Test func `one outlier costs one interval`() throws {
        var repair = try repair()
        #expect(place([0, 40, 3_600_000, 120, 160], with: &repair) == [0, 40, 80, 120, 160])
        #expect(repair.counts.jumps == 2)
    }

    @Test func `a slow stream may be slower than the longest gap`() throws {
        var repair = try repair(interval: .seconds(30))
        #expect(place([0, 30_000, 90_000], with: &repair) == [0, 30_000, 90_000])
    }

    @Test func `equal stamps are moved on by a microsecond each`() throws {
        var repair = try repair()
        #expect(place([0, 40, 40, 40, 80], with: &repair) == [0, 40, 40.001, 40.002, 80])
        #expect(repair.counts.duplicates == 2)
    }

    @Test func `stamps of 33 bits go on over their wrap`() throws {
        let end = Int64(1) << 33
        var repair = try repair((1, 90_000), wrapBits: 33)
        #expect(place([end - 7200, end - 3600, 0, 3600], with: &repair) == [0, 40, 80, 120])
        #expect(repair.counts.wraps == 1)
        #expect(repair.counts.jumps == 0)
    }

    @Test func `a stream goes on over many wraps`() throws {
        let end = Int64(1) << 33
        var repair = try repair((1, 90_000), interval: .seconds(1000), wrapBits: 33)
        let step = Int64(90_000) * 5000
        for index in 0..<Int64(100) {
            let time = repair.place(pts: index * step % end, dts: nil, isKeyframe: false)
            #expect(time.nanoseconds == index * 5_000_000_000_000)
        }
    }

    @Test func `pictures stored out of order keep their own times`() throws {
        var repair = try repair(mayReorder: true)
        // I P B B P B B, then a keyframe with pictures that lead up to it.
        let stamps: [(pts: Int64, dts: Int64, key: Bool)] = [
            (80, 0, true), (200, 40, false), (120, 80, false), (160, 120, false), (320, 160, false), (240, 200, false),
            (280, 240, false), (440, 280, true), (360, 320, false), (400, 360, false),
        ]
        let times = stamps.map { repair.place(pts: $0.pts, dts: $0.dts, isKeyframe: $0.key).nanoseconds / 1_000_000 }
        #expect(times == stamps.map { $0.pts - 80 })
        #expect(repair.counts == TimestampRepair.Counts())
    }

    @Test func `a step back that no reordering explains is a jump`() throws {
        var repair = try repair(mayReorder: true)
        _ = repair.place(pts: 80, dts: 0, isKeyframe: true)
        _ = repair.place(pts: 200, dts: 40, isKeyframe: false)
        #expect(repair.place(pts: 160, dts: 120, isKeyframe: true).milliseconds == 160)
        #expect(repair.counts.jumps == 1)
    }

    @Test func `a stream that never reordered does not go back`() throws {
        var repair = try repair(mayReorder: true)
        #expect(place([0, 40, 80, 60, 100], with: &repair) == [0, 40, 80, 120, 160])
        #expect(repair.counts.jumps == 1)
    }

    @Test func `hidden pictures lie before the first one shown`() throws {
        var repair = try repair(origin: 80)
        #expect(place([0, 40, 80, 120], with: &repair) == [-80, -40, 0, 40])
    }

    @Test(arguments: 0..<20)
    func `whatever the stamps, times are unique and steps are bounded`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var repair = try repair((1, 90_000), mayReorder: seed.isMultiple(of: 2), wrapBits: seed % 3 == 0 ? 33 : 64)
        var seen: Set<Int64> = []
        var latest = Int64(0)
        for _ in 0..<500 {
            let pts: Int64? = random.next() % 8 == 0 ? nil : Int64(bitPattern: random.next() >> (random.next() % 64))
            let dts: Int64? = random.next() % 2 == 0 ? pts : nil
            let time = repair.place(pts: pts, dts: dts, isKeyframe: random.next() % 10 == 0).nanoseconds
            #expect(seen.insert(time).inserted)
            #expect(time <= latest + 10_000_000_000 + 1_000_000)
            latest = max(latest, time)
        }
    }
}

extension MediaTime {
    fileprivate var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
