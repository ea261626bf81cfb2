extension DeviceReport {
    /// The report for people: a line per fact.
    package var text: String {
        let title = [card, driver.map { "(\($0), \(bus ?? "no bus"))" }].compactMap(\.self).joined(separator: " ")
        return ([path + (title.isEmpty ? "" : "  " + title)] + facts.map { "  " + $0 }).joined(separator: "\n") + "\n"
    }

    private var facts: [String] {
        let names = byID.isEmpty ? byPath : byID
        return [
            names.isEmpty ? nil : line("source", names.joined(separator: ", ")),
            kind == .camera || kind == .unknown
                ? nil : line("kind", "\(kind.rawValue): no pictures come from this node"),
            problem.map { line("problem", $0) },
        ].compactMap(\.self)
            + formats.filter { $0.word != nil }.map { line($0.code, $0.text) }
            + (others.isEmpty ? [] : [line("others", others + ": only through libv4l2, where it can convert them")])
            + controls.filter { !$0.isReadOnly }.enumerated().map { index, control in
                line(index == 0 ? "controls" : "", control.text)
            }
            + [choice.map { line("chosen", $0.text) }].compactMap(\.self)
    }

    /// A test device has dozens.
    private var others: String { formats.filter { $0.word == nil }.map(\.code).joined(separator: ", ") }

    private func line(_ name: String, _ value: String) -> String {
        name + String(repeating: " ", count: max(1, 10 - name.count)) + value
    }
}

extension DeviceReport.Format {
    fileprivate var text: String {
        let sizes = sizes.map(\.text).joined(separator: "; ")
        return "\(name), `\(word?.rawValue ?? "")`: " + (sizes.isEmpty ? "sizes not told" : sizes)
    }
}

extension DeviceReport.Format.Size {
    fileprivate var text: String {
        let end = upTo.map { " to \($0.width)x\($0.height)" } ?? ""
        let rates = rates.map(decimalText).joined(separator: ", ")
        return "\(width)x\(height)\(end)" + (rates.isEmpty ? "" : " at \(rates)")
    }
}

extension DeviceReport.Choice {
    fileprivate var text: String {
        let rate = framesPerSecond.map { " at \(decimalText($0))" } ?? ""
        return "`\(format.rawValue)` \(width)x\(height)\(rate)" + (isConverted ? ", made by libv4l2" : "")
    }
}

extension DeviceControl {
    /// `brightness (0 to 255), is 128`.
    fileprivate var text: String {
        range + (value.map { ", is \(kind == .boolean ? ($0 == 0 ? "false" : "true") : String($0))" } ?? "")
            + (isInactive ? ", inactive" : "")
    }
}
