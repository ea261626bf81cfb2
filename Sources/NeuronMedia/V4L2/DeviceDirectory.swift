import Glibc
import NeuronCore

/// The video devices of this machine.
package struct DeviceDirectory: Sendable {
    /// Where the nodes are.
    private let root: String

    /// Looks below a folder, `/dev` on every machine.
    package init(root: String = "/dev") { self.root = root }

    /// Asks each node what it is and what it can do; one that streams for somebody else goes on undisturbed.
    ///
    /// - Parameter wish: what the choice is shown for.
    /// - Returns: a report per node, in the order of their numbers.
    package func reports(for wish: CaptureWish = CaptureWish()) -> [DeviceReport] {
        let byID = links(in: root + "/v4l/by-id")
        let byPath = links(in: root + "/v4l/by-path")
        return nodes.map { path in
            let own = resolved(path)
            let names = byID.filter { $0.target == own }.map(\.path)
            let places = byPath.filter { $0.target == own }.map(\.path)
            var report = DeviceReport(path: path, source: names.first ?? places.first ?? path)
            report.byID = names
            report.byPath = places
            report.ask(wish)
            return report
        }
    }

    private var nodes: [String] {
        names(in: root).compactMap { name -> (Int, String)? in
            guard name.hasPrefix("video"), let number = Int(name.dropFirst(5)) else { return nil }
            return (number, root + "/" + name)
        }
        .sorted { $0.0 < $1.0 }
        .map(\.1)
    }

    private func links(in folder: String) -> [(path: String, target: String)] {
        names(in: folder).compactMap { name in
            let path = folder + "/" + name
            return resolved(path).map { (path, $0) }
        }
    }

    /// Without those that would write more to a terminal than their letters.
    private func names(in folder: String) -> [String] {
        Directories.names(in: folder).filter { name in
            !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
    }

    private func resolved(_ path: String) -> String? {
        guard let target = realpath(path, nil) else { return nil }
        defer { free(target) }
        return String(cString: target)
    }
}

extension DeviceReport {
    /// Opens the node and fills in what it says.
    fileprivate mutating func ask(_ wish: CaptureWish) {
        let address = SourceAddress("v4l2:" + path)
        do throws(MediaError) {
            let device = try V4L2Device(opening: address)
            (card, driver, bus) = (device.identity.card, device.identity.driver, device.identity.bus)
            let isCamera = device.identity.isCapture || device.identity.isMultiplanarCapture
            kind =
                isCamera ? .camera : device.identity.isMetadata ? .metadata : device.identity.isCodec ? .codec : .other
            guard isCamera else { return }
            try device.becomeCapture()
            let offers = device.offers(near: wish)
            formats = offers.map(Format.init)
            controls = device.controls()
            choice = Choice(try CaptureSetup.choice(of: wish, device))
        } catch {
            problem = error.message
        }
    }
}
