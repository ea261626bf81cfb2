import Logging
import NeuronBus
import NeuronConfiguration
import NeuronCore
import NeuronIncidents
import NeuronMedia
import NeuronOutbox
import NeuronTestSupport
import Synchronization
import Testing

@testable import NeuronStation

/// What is seen of a camera that was disarmed: a real clip, a real desk, and one who counts the files that are asked for.
@Suite(.timeLimit(.minutes(10))) struct DisarmedCameraTests {
    private let source = "urn:neurond:box-0007:cam0042"

    /// Takes every file and writes none.
    private final class CountingEvidence: EvidenceDesk {
        let count = Mutex(0)
        let isStalled = false

        func submit(_ job: EvidenceJob) -> Bool {
            switch job {
            case .picture(_, _, let ticket), .endClip(_, let ticket):
                _ = ticket.resolve(EvidenceOutcome(missing: .diskSlow))
                count.withLock { $0 += 1 }
            case .beginClip: count.withLock { $0 += 1 }
            default: break
            }
            return true
        }
    }

    /// The camera, fed as fast as it takes the clip's packets.
    private final class Stage {
        let evidence = CountingEvidence()
        let bus = BusSpeaker(links: ["bus"])
        private let camera: LiveCamera
        private let channel = AlertChannel(capacity: 10_000)
        private let rig: DeskRig
        private var source: MediaSource
        private var sent = 0

        init(_ rig: DeskRig) throws {
            let id = SensorID(sanitising: "cam0042")
            let address = SourceAddress(FixtureLabel.path(of: "clips/walker.mp4"))
            var configuration = CameraConfiguration(id: id, source: address)
            configuration.sampling = .always
            var plan = CameraPlan(configuration, box: try DeskRig.require(BoxID("box-0007")))
            plan.evidence = EvidencePlan(desk: evidence, preRoll: .seconds(1), postRoll: .zero)
            plan.pictures = AlertPictures.Settings(privacy: plan.privacy, hasMessages: true)
            source = try MediaSource(opening: address)
            camera = LiveCamera(
                plan,
                channel: channel,
                clock: rig.clock,
                logger: Logger(label: "disarmed") { _ in SwiftLogNoOpLogHandler() },
                speaker: PictureSpeaker(clock: rig.clock) { [bus] in (["bus"], bus) },
                disarmed: rig.desk.disarmed
            )
            self.rig = rig
            camera.queue.open(source.decoderParameters, session: 1)
            // What waits is taken whenever it is asked for.
            channel.finish()
        }

        /// Plays up to the end of an alert of motion, or of the clip; gives what was told.
        func playToEnd() async throws -> [AlertDraft] {
            var told: [AlertDraft] = []
            while let packet = try source.nextPacket() {
                sent += 1
                if sent.isMultiple(of: 25) { rig.clock.pass(1) }
                _ = camera.queue.append(packet, arrival: .now(on: rig.clock))
                camera.work()
                await channel.receive { told += $0 }
                if told.contains(where: { $0.type.contains(".motion.ended.") }) { return told }
            }
            _ = CameraSupervisor.close([camera], because: .sourceEnded, within: .zero, on: rig.clock)
            await channel.receive { told += $0 }
            return told
        }

        /// Pictures that were said so far; nothing can be said behind it.
        func said() async -> Int {
            bus.finish("bus")
            var count = 0
            for await _ in bus.publications(of: "bus") ?? AsyncStream(unfolding: { nil }) { count += 1 }
            return count
        }
    }

    private func motion(_ drafts: [AlertDraft]) -> [AlertDraft] { drafts.filter { $0.type.contains(".motion.") } }

    @Test func `of a disarmed camera nothing is shown and nothing is kept until it is armed again`() async throws {
        let rig = try await DeskRig()
        _ = try await rig.answer(rig.command("disarm"))
        let stage = try Stage(rig)
        let silent = motion(try await stage.playToEnd())
        #expect(silent.first?.phase == .opens && silent.last?.phase == .closes)
        #expect(silent.allSatisfy { $0.source == source && $0.evidence.isEmpty })
        _ = try await rig.desk.record(silent)
        #expect(try await rig.types().isEmpty)
        #expect(stage.evidence.count.withLock(\.self) == 0)
        _ = try await rig.answer(rig.command("arm", id: "c2"))
        let loud = motion(try await stage.playToEnd())
        #expect(loud.first?.phase == .opens && loud.last?.phase == .closes)
        #expect(loud.last?.evidence.isEmpty == false)
        // Two pictures and a clip, which is begun and ended.
        #expect(stage.evidence.count.withLock(\.self) == 4)
        #expect(await stage.said() == 2)
        await rig.outbox.close()
    }

    @Test func `no picture of a disarmed camera is said`() async throws {
        let rig = try await DeskRig()
        _ = try await rig.answer(rig.command("disarm"))
        let stage = try Stage(rig)
        #expect(!motion(try await stage.playToEnd()).isEmpty)
        #expect(await stage.said() == 0)
        await rig.outbox.close()
    }

    @Test func `an alert is muted from its start to its end by what its camera was when it began`() async throws {
        let rig = try await DeskRig()
        let drafts = try rig.incident("motion")
        for isDisarmed in [true, false] {
            var muted = MutedAlerts()
            let start = muted.mutes(drafts[0], isDisarmed: isDisarmed)
            let end = muted.mutes(drafts[1], isDisarmed: !isDisarmed)
            #expect(start == isDisarmed && end == isDisarmed)
            muted.settle(drafts)
            #expect(muted == MutedAlerts())
        }
        // Blindness is told in any case.
        var muted = MutedAlerts()
        let lost = muted.mutes(try rig.incident()[0], isDisarmed: true)
        #expect(!lost)
        await rig.outbox.close()
    }

    @Test func `who is disarmed is known again after a restart, before any camera starts`() async throws {
        let rig = try await DeskRig()
        #expect(!rig.desk.disarmed.contains(source))
        _ = try await rig.answer(rig.command("disarm"))
        #expect(rig.desk.disarmed.contains(source))
        await rig.outbox.close()
        let next = try await DeskRig(on: rig)
        #expect(next.desk.disarmed.contains(source))
        await next.outbox.close()
    }
}
