/// A number with so many decimals, as it is shown to people; a dash for none.
func decimalText(_ value: Double?, _ places: Int) -> String {
    guard let value else { return "-" }
    // Beyond this no decimal is left, and an integer could not hold it.
    guard abs(value) < 1e12 else { return "\(value)" }
    let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let (whole, part) = scaled.quotientAndRemainder(dividingBy: scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let digits = String(part)
    return "\(sign)\(whole).\(String(repeating: "0", count: places - digits.count))\(digits)"
}
