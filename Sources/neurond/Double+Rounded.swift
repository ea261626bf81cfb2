extension Double {
    /// The number as it is shown to people.
    func rounded(toDecimals count: Int) -> Double {
        let scale = (0..<count).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
