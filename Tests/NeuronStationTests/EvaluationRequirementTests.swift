import NeuronStation
import Testing

/// What `--require` takes, and when it is met.
@Suite struct EvaluationRequirementTests {
    @Test func `an equals sign means at least for gains and at most for the rest`() throws {
        let list = try EvaluationRequirement.list("f1=0.9, recall>=0.95,false<=1,falseAlarmShare=0.1%")
        #expect(list.map(\.description) == ["f1>=0.9", "recall>=0.95", "false<=1", "falseAlarmShare<=0.001"])
        #expect(list[0].isMet(by: 0.9) && !list[0].isMet(by: 0.899))
        #expect(list[2].isMet(by: 1) && !list[2].isMet(by: 2))
    }

    @Test func `every figure can be required by its name`() throws {
        for figure in EvaluationRequirement.Figure.allCases {
            #expect(try EvaluationRequirement.list("\(figure.rawValue)=0.5").map(\.figure) == [figure])
        }
    }

    @Test func `a figure that could not be measured meets nothing`() throws {
        for text in ["precision=0", "latencyP95=10"] {
            #expect(try !EvaluationRequirement.list(text)[0].isMet(by: nil))
        }
    }

    @Test(arguments: [
        ("", "f1=0.9"), ("f1", "f1=0.9"), ("f1=0.9,", "f1=0.9"), ("quality=1", "falsePerHour"), ("f1<=0.9", "f1=N"),
        ("false>=1", "false=N"), ("f1=high", "'high'"), ("f1=nan", "'nan'"), ("f1=-1", "'-1'"), ("f1==1", "'=1'"),
        ("f1=1e999", "number"),
    ])
    func `what is no requirement is refused with what would be right`(text: String, word: String) {
        let error = #expect(throws: StationError.self) { try EvaluationRequirement.list(text) }
        #expect(error?.exitCode == 64 && error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
}
