import ArgumentParser
import NeuronCore
import NeuronMedia

/// `neurond devices`: the cameras at this machine.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract:
            "Lists the V4L2 cameras at this machine: formats, sizes, rates, controls, and what to write as `source`.",
        discussion: """
            A camera's `source` is best one of the names below /dev/v4l/by-id, which stay the same when cameras are plugged in \
            another order; `chosen` is what is taken without settings under `v4l2`. A device that another program reads goes on \
            undisturbed. Exit 0 where there is a camera, 66 where there is none, 69 where none could be asked.

            Example:
              neurond devices
            """
    )

    @Flag(help: "One JSON object for each device instead of text.")
    var json = false

    func run() throws {
        let reports = DeviceDirectory().reports()
        for (index, report) in reports.enumerated() {
            if json {
                try Terminal.writeJSON(report)
            } else {
                print((index > 0 ? "\n" : "") + report.text, terminator: "")
            }
        }
        guard !reports.contains(where: { $0.kind == .camera }) else { return }
        let unknown = reports.filter { $0.kind == .unknown }
        guard let problem = unknown.first?.problem else {
            throw ExitCodes.failure(ExitCodes.noInput, Self.nothing(reports))
        }
        throw ExitCodes.failure(ExitCodes.unavailable, problem)
    }

    private static func nothing(_ reports: [DeviceReport]) -> String {
        let found =
            reports.isEmpty ? "there is no /dev/video*" : "none of the \(reports.count) video devices gives pictures"
        return "There is no V4L2 camera at this machine: \(found). Is it plugged in, and its driver loaded (dmesg)?"
    }
}
