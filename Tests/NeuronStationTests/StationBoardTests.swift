import NeuronConfiguration
import NeuronConsole
import NeuronCore
import Testing

@testable import NeuronStation

@Suite struct StationBoardTests {
    private struct Camera: BoardCamera {
        let id: SensorID

        init(_ name: String) { id = SensorID(sanitising: name) }

        func snapshot() -> CameraSnapshot {
            CameraBulletin().snapshot(of: CameraDescription(.init(id: id, source: source)))
        }
        func tuning(since time: WallTime?) -> TuningReport { TuningReport(rules: [], samples: []) }
        private var source: SourceAddress { SourceAddress("rtsp://127.0.0.1/x") }
    }

    @Test func `cameras stand in the order of the configuration, whenever they came`() {
        let board = StationBoard()
        for name in ["b", "d", "a"] { board.add(Camera(name)) }
        board.arrange(as: ["a", "b", "c", "d"].map(SensorID.init(sanitising:)))
        #expect(board.snapshots().map(\.id.rawValue) == ["a", "b", "d"])
        board.add(Camera("c"))
        board.add(Camera("b"))
        board.arrange(as: ["d", "c"].map(SensorID.init(sanitising:)))
        // What is not named stays behind, as it was.
        #expect(board.snapshots().map(\.id.rawValue) == ["d", "c", "a", "b"])
    }
}
