/// A point of civil time, in nanoseconds since 1970-01-01T00:00:00Z.
///
/// Written and read as RFC 3339 in UTC with milliseconds, as every alert has it. Own code and not Foundation's, for two
/// reasons: it goes through binary fractions and prints `.411` for 412 ms, and this room stays free of Foundation.
package struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var nanoseconds: Int64

    /// Makes a time of nanoseconds since 1970.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// 1970-01-01T00:00:00Z, where a replay starts unless told otherwise.
    package static let epoch = WallTime(nanoseconds: 0)

    package var milliseconds: Int64 { floorDivide(nanoseconds, 1_000_000).quotient }

    package static func < (a: WallTime, b: WallTime) -> Bool { a.nanoseconds < b.nanoseconds }
    package static func - (a: WallTime, b: WallTime) -> TimeSpan {
        TimeSpan(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }
    package static func + (a: WallTime, b: TimeSpan) -> WallTime {
        WallTime(nanoseconds: a.nanoseconds &+ b.nanoseconds)
    }
    package static func - (a: WallTime, b: TimeSpan) -> WallTime {
        WallTime(nanoseconds: a.nanoseconds &- b.nanoseconds)
    }

    /// RFC 3339 in UTC with milliseconds, cut and not rounded: `2026-11-20T08:00:00.412Z`.
    package var description: String {
        let (days, millisecondOfDay) = floorDivide(milliseconds, 86_400_000)
        let (year, month, day) = CivilDate.from(daysSinceEpoch: days)
        let second = millisecondOfDay / 1000
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
            + "T" + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
            + "." + padded(millisecondOfDay % 1000, 3) + "Z"
    }

    /// Reads RFC 3339: date, `T`, time, an optional fraction, and `Z` or an offset such as `+08:00`.
    ///
    /// The whole text must fit; a date that does not exist gives nil.
    package init?(rfc3339 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2), scanner.skip(":"),
            let second = scanner.digits(2)
        else { return nil }
        let fraction = scanner.skip(".") ? scanner.fractionNanoseconds() : 0
        guard let fraction, let offset = scanner.offsetSeconds(), scanner.isAtEnd,
            let days = CivilDate.daysSinceEpoch(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        // Years outside 1678...2261 do not fit in 64 bits of nanoseconds.
        guard (1678...2261).contains(year) else { return nil }
        nanoseconds = (days * 86_400 + hour * 3600 + minute * 60 + second - offset) * 1_000_000_000 + fraction
    }
}

/// The proleptic Gregorian calendar, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
private enum CivilDate {
    static func from(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = floorDivide(shifted, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month - 1)] else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shiftedYear, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Character) -> Bool {
        guard let byte = rest.first, byte == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digits(_ count: Int) -> Int64? {
        let field = rest.prefix(count)
        guard field.count == count, field.allSatisfy({ (48...57).contains($0) }) else { return nil }
        rest.removeFirst(count)
        return field.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    mutating func fractionNanoseconds() -> Int64? {
        let field = rest.prefix { (48...57).contains($0) }
        guard !field.isEmpty else { return nil }
        rest.removeFirst(field.count)
        let nine = Array(field.prefix(9)) + Array(repeating: 48, count: max(0, 9 - field.count))
        return nine.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    mutating func offsetSeconds() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let isNegative = skip("-")
        guard isNegative || skip("+"), let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24,
            minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
    }
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
