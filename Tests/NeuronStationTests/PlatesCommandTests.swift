import Foundation
import NeuronTestSupport
import Testing

/// `neurond plates`, as its users run it.
@Suite(.timeLimit(.minutes(10))) struct PlatesCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// A light board with dark strokes at 500, 300, 180x40, on grey.
    private func board() throws -> String {
        var file = Array("P5\n1280 720\n255\n".utf8)
        for y in 0..<720 {
            for x in 0..<1280 {
                let (column, row) = ((x - 500) / 2, (y - 300) / 2)
                let isBoard = x >= 500 && y >= 300 && column < 90 && row < 20
                let isStroke = (4..<16).contains(row) && (6..<84).contains(column) && column % 11 < 2
                file.append(!isBoard ? 110 : isStroke ? 25 : 225)
            }
        }
        return try folder.write(file, to: "board.pgm")
    }

    private struct Line: Decodable {
        var file: String
        var width: Int
        var height: Int
        var boxes: [[Double]]
        var ms: Double
    }

    @Test func `a line for each picture has its plates, best first`() throws {
        let picture = try board()
        let result = try NeurondProcess.run(["plates", picture, picture])
        #expect(result.status == 0 && result.errors.isEmpty && result.lines.count == 2)
        let line = try JSONDecoder().decode(Line.self, from: Data(result.lines[0]))
        #expect(line.file == picture && line.width == 1280 && line.height == 720 && line.ms > 0)
        let best = try #require(line.boxes.first)
        #expect(abs(best[0] - 500) < 40 && abs(best[1] - 300) < 20 && abs(best[2] - 180) < 60 && best[4] >= 0.05)
        #expect(line.boxes.map { $0[4] } == line.boxes.map { $0[4] }.sorted(by: >))
        let none = try NeurondProcess.run(["plates", "--minimum-score", "1", picture])
        #expect(try JSONDecoder().decode(Line.self, from: Data(none.lines[0])).boxes.isEmpty)
    }

    @Test func `what cannot be read is told, and the others follow`() throws {
        let picture = try board()
        let text = try folder.write("no picture".utf8, to: "text.jpg")
        let broken = try NeurondProcess.run(["plates", text, picture])
        #expect(broken.status == 65 && broken.lines.count == 1 && broken.errors.contains(text))
        let missing = try NeurondProcess.run(["plates", folder.file("none.jpg"), picture])
        #expect(missing.status == 66 && missing.lines.count == 1 && missing.errors.contains("none.jpg"))
        // A file that is not there is worse than one that is no picture, whichever comes last.
        for images in [[folder.file("none.jpg"), text], [text, folder.file("none.jpg")]] {
            #expect(try NeurondProcess.run(["plates"] + images).status == 66)
        }
        #expect(try NeurondProcess.run(["plates"]).status == 64)
        #expect(try NeurondProcess.run(["plates", "--minimum-score", "2", picture]).status == 64)
    }
}
