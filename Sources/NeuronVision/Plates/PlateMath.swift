/// The few functions that a box needs, out of additions, multiplications and divisions alone.
///
/// A mathematical library may give another last bit on another machine; IEEE 754's basic operations may not.
enum PlateMath {
    /// Net outputs are in 1/128.
    static let unit = 128

    /// 2 to the power of k / 128 for k from 0 to 127.
    private static let fractionalPowers: [Double] = {
        // 2 to the power of 1/128.
        let root = 1.0054299011128027
        return (0..<unit).reduce(into: []) { powers, _ in powers.append((powers.last ?? 1 / root) * root) }
    }()

    /// 2 to the power of `exponent` / 128.
    static func power(_ exponent: Int) -> Double {
        let whole = exponent >> 7
        return Double(sign: .plus, exponent: whole, significand: fractionalPowers[exponent & 127])
    }

    /// The logistic function of `logit` / 128: 0 to 1.
    static func logistic(_ logit: Int) -> Double { 1 / (1 + exponential(-Double(logit) / Double(unit))) }

    /// The smallest logit whose logistic is at least `score`.
    static func leastLogit(score: Double) -> Int16 {
        var (low, high) = (Int(Int16.min), Int(Int16.max))
        while low < high {
            let middle = (low + high) >> 1
            if logistic(middle) >= score { high = middle } else { low = middle + 1 }
        }
        return Int16(low)
    }

    /// e to the power of x for |x| up to 256, by its series on what is left beside a power of two.
    private static func exponential(_ x: Double) -> Double {
        let (perTwo, two) = (1.4426950408889634, 0.6931471805599453)
        let whole = (x * perTwo).rounded()
        let rest = x - whole * two
        var (term, sum) = (1.0, 1.0)
        for index in 1...14 {
            term = term * rest / Double(index)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(whole), significand: 1) * sum
    }
}
