/// A control of a device: brightness, exposure, power-line frequency; pure.
package struct DeviceControl: Sendable, Hashable, Encodable {
    /// The driver's name in lower case with `_` between the words: `power_line_frequency`.
    package var name: String
    /// Other names that configurations know it by, from older and newer kernels.
    package var aliases: [String]
    package var kind: Kind
    package var minimum: Int64
    package var maximum: Int64
    package var step: Int64
    package var defaultValue: Int64
    /// Nil where it can't be read.
    package var value: Int64?
    /// Of a menu: the possible values.
    package var menu: [MenuItem]
    /// Whether it can be set at all.
    package var isReadOnly: Bool
    /// Whether another control's value makes it ineffective at the moment.
    package var isInactive: Bool
    /// The kernel's number.
    var id: UInt32

    /// What its values mean.
    package enum Kind: String, Sendable, Hashable, Encodable {
        case integer, boolean, menu, bitmask, wideInteger
    }

    /// One value of a menu.
    package struct MenuItem: Sendable, Hashable, Encodable {
        package var value: Int64
        package var name: String

        /// Makes an item.
        package init(value: Int64, name: String) {
            self.value = value
            self.name = name
        }
    }

    /// Why a value can't be set, as a clause.
    package struct Refusal: Error, Sendable, Hashable {
        package var reason: String
    }

    /// Makes a control; what is left out is as for a plain number.
    package init(
        name: String,
        aliases: [String] = [],
        kind: Kind = .integer,
        minimum: Int64,
        maximum: Int64,
        step: Int64 = 1,
        defaultValue: Int64 = 0,
        value: Int64? = nil,
        menu: [MenuItem] = [],
        isReadOnly: Bool = false,
        isInactive: Bool = false,
        id: UInt32 = 0
    ) {
        self.name = name
        self.aliases = aliases
        self.kind = kind
        self.minimum = minimum
        self.maximum = maximum
        self.step = max(1, step)
        self.defaultValue = defaultValue
        self.value = value
        self.menu = menu
        self.isReadOnly = isReadOnly
        self.isInactive = isInactive
        self.id = id
    }

    private enum CodingKeys: String, CodingKey {
        case name, aliases, kind, minimum, maximum, step, defaultValue, value, menu, isReadOnly, isInactive
    }

    /// A driver's name as a key: `Exposure, Auto` is `exposure_auto`.
    package static func key(of name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return words.joined(separator: "_")
    }

    /// Finds a control by one of its names.
    ///
    /// - Throws: with a list of what there is.
    package static func named(_ name: String, in controls: [DeviceControl]) throws(Refusal) -> DeviceControl {
        let key = key(of: name)
        let found = controls.first { $0.name == key } ?? controls.first { $0.aliases.contains(key) }
        if let found { return found }
        let settable = controls.filter { !$0.isReadOnly }.map(\.range)
        let list = settable.isEmpty ? "it has none that can be set" : "it has " + settable.joined(separator: ", ")
        throw Refusal(reason: "there is no control `\(name)`: \(list)")
    }

    /// The number that a text means for this control.
    ///
    /// - Parameter text: a number, `true` or `false`, or a menu item's name.
    /// - Returns: one of the possible values.
    /// - Throws: with what is possible.
    package func number(of text: String) throws(Refusal) -> Int64 {
        guard !isReadOnly else { throw Refusal(reason: "the control `\(name)` can only be read") }
        // A menu's item may be called by a number, as 400000000 of a link's frequency is: first come the menu's own numbers.
        if let value = Int64(text), isPossible(value) { return value }
        guard let value = meaning(of: text), isPossible(value) else {
            throw Refusal(reason: "`\(text)` is no value of the control \(range)")
        }
        return value
    }

    private func meaning(of word: String) -> Int64? {
        if kind == .boolean, word == "true" || word == "false" { return word == "true" ? 1 : 0 }
        return menu.first { Self.key(of: $0.name) == Self.key(of: word) }?.value
    }

    private func isPossible(_ value: Int64) -> Bool {
        switch kind {
        case .menu: menu.contains { $0.value == value }
        case .bitmask: value >= 0 && value & ~maximum == 0
        case .boolean: value == 0 || value == 1
        case .integer, .wideInteger:
            value >= minimum && value <= maximum
                && UInt64(bitPattern: value &- minimum) % UInt64(step) == 0
        }
    }

    private var items: String {
        let shown = menu.prefix(24).map { "\($0.value) \($0.name)" }.joined(separator: ", ")
        return menu.count > 24 ? shown + " and \(menu.count - 24) more" : shown
    }

    /// The name with what can be set: `brightness (0 to 255)`.
    package var range: String {
        switch kind {
        case .menu: "\(name) (" + items + ")"
        case .boolean: "\(name) (true, false)"
        case .bitmask: "\(name) (bits of \(maximum))"
        case .integer, .wideInteger:
            "\(name) (\(minimum) to \(maximum)" + (step > 1 ? " in steps of \(step))" : ")")
        }
    }
}
