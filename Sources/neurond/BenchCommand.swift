import ArgumentParser
import NeuronCore
import NeuronVision

/// `neurond bench`: the kernels on this box.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures the kernels beside this box's memory bandwidth and beside their Swift references.",
        discussion: """
            Each kernel runs on data in the shape of a 1920x1080 camera. NEUROND_KERNELS=<target> forces an instruction set. Exit 1 \
            where a kernel and its reference disagree.

            Example:
              neurond bench --all --json | jq -r '[.target, .detectorSeconds] | @tsv'
            """
    )

    @Flag(help: "One JSON object instead of a table.")
    var json = false

    @Flag(help: "Every instruction set that this box can run, not only the one in use.")
    var all = false

    func run() throws {
        let clock = SystemClock()
        let reports = try targets().map { target in
            KernelBenchmark(target: target) { clock.monotonicNow().nanoseconds }.run()
        }
        for report in reports {
            if json { try Terminal.writeJSON(Line(report)) } else { print(Self.table(report)) }
        }
        guard reports.allSatisfy({ $0.readings.allSatisfy(\.isEqual) }) else {
            throw ExitCodes.failure(
                ExitCode.failure,
                "a kernel and its reference disagree: please report this box's CPU."
            )
        }
    }

    private func targets() throws -> [KernelTarget] {
        do {
            return all ? KernelTarget.available : [try KernelTarget.chosen.get()]
        } catch {
            throw ExitCodes.failure(ExitCodes.configuration, error.description)
        }
    }

    private static func table(_ report: KernelBenchmark.Report) -> String {
        let head = "\(report.target); memcpy \(gigabytes(report.copyBandwidth)) GB/s, read and written bytes counted"
        let rows = report.readings.map { reading in
            [
                reading.kernel, "\(microseconds(reading.seconds)) us", "\(gigabytes(reading.bandwidth)) GB/s",
                "\((reading.bandwidth / report.copyBandwidth * 100).rounded(toDecimals: 1)) % of memcpy",
                "\((reading.referenceSeconds / reading.seconds).rounded(toDecimals: 1)) x the Swift reference",
                reading.isEqual ? "equal" : "NOT EQUAL",
            ]
        }
        let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
        }
        let whole = "whole detector, one quiet 1920x1080 picture: \(microseconds(report.detectorSeconds)) us"
        let look = "one look for tampering, at most three a second: \(microseconds(report.tamperSeconds)) us"
        let stream =
            "quiet 1920x1080 stream, everything after the decoder, mean of a picture: "
            + "\(microseconds(report.streamSeconds)) us, \(report.streamInCopies.rounded(toDecimals: 2)) x memcpy of its luma"
        let plates =
            "search of a 1280x720 picture for plates: \(microseconds(report.plateSearchSeconds)) us, "
            + "\(report.plateSearchInCopies.rounded(toDecimals: 0)) x memcpy of the picture"
        return ([head] + lines + [whole, look, stream, plates]).joined(separator: "\n")
    }

    private static func gigabytes(_ bytes: Double) -> Double { (bytes / 1e9).rounded(toDecimals: 1) }

    private static func microseconds(_ seconds: Double) -> Double { (seconds * 1e6).rounded(toDecimals: 1) }

    /// What `--json` prints of a target.
    private struct Line: Encodable {
        var target: String
        var copyBytesPerSecond: Double
        var detectorSeconds: Double
        var tamperSeconds: Double
        var streamSeconds: Double
        var streamInCopies: Double
        var plateSearchSeconds: Double
        var plateCopySeconds: Double
        var kernels: [Kernel]

        init(_ report: KernelBenchmark.Report) {
            target = report.target
            copyBytesPerSecond = report.copyBandwidth
            detectorSeconds = report.detectorSeconds
            tamperSeconds = report.tamperSeconds
            streamSeconds = report.streamSeconds
            streamInCopies = report.streamInCopies
            plateSearchSeconds = report.plateSearchSeconds
            plateCopySeconds = report.plateCopySeconds
            kernels = report.readings.map(Kernel.init)
        }

        struct Kernel: Encodable {
            var kernel: String
            var seconds: Double
            var referenceSeconds: Double
            var bytes: Int
            var bytesPerSecond: Double
            var isEqual: Bool

            init(_ reading: KernelBenchmark.Reading) {
                kernel = reading.kernel
                seconds = reading.seconds
                referenceSeconds = reading.referenceSeconds
                bytes = reading.bytes
                bytesPerSecond = reading.bandwidth
                isEqual = reading.isEqual
            }
        }
    }
}
