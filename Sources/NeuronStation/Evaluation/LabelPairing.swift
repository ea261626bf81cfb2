import Glibc

/// Which labels belong to which clip.
package struct LabelPairing {
    private let exists: (String) -> Bool

    /// Makes a pairing that looks for files where it must; tests bring their own answer.
    package init(exists: @escaping (String) -> Bool = { access($0, R_OK) == 0 }) { self.exists = exists }

    /// Finds the labels of each clip.
    ///
    /// One file serves all clips: encodings of the same scene. Several are taken by their names where each clip finds its
    /// own, else in order where there are as many. Without any, those beside each clip are taken.
    ///
    /// - Parameters:
    ///   - clips: paths, at least one.
    ///   - labels: paths of labels files; empty for those beside the clips.
    /// - Returns: one labels file per clip.
    /// - Throws: `StationError`: 66 where a clip has none beside it, 64 where it is not clear which belongs to it.
    package func labels(for clips: [String], among labels: [String]) throws(StationError) -> [String] {
        if labels.isEmpty {
            var found: [String] = []
            for clip in clips { found.append(try beside(clip)) }
            return found
        }
        if labels.count == 1 { return Array(repeating: labels[0], count: clips.count) }
        let byName = clips.map { Self.namesakes(of: $0, among: labels) }
        if byName.allSatisfy({ $0.count == 1 }) { return byName.map { $0[0] } }
        if labels.count == clips.count { return labels }
        let lost = zip(clips, byName).first { $1.count != 1 }?.0 ?? clips[0]
        throw .usage(
            "There are \(labels.count) labels files for \(clips.count) clips, and none or several are called after "
                + "\(lost): give one for each in order, or call them after their clips (walker.mp4: walker.json)."
        )
    }

    private func beside(_ clip: String) throws(StationError) -> String {
        let folder = clip.lastIndex(of: "/").map { String(clip[...$0]) } ?? ""
        let places = [folder + Self.stem(of: clip) + ".json", folder + "events.json"]
        if let place = places.first(where: exists) { return place }
        throw .noInput(
            "There are no labels of \(clip): looked for \(places.joined(separator: " and ")); --labels names others."
        )
    }

    /// `walker-mkv.json` for `walker.mkv` where there is one, since several endings may share a name; else `walker.json`.
    private static func namesakes(of clip: String, among labels: [String]) -> [String] {
        let ending = clip.split(separator: ".").last.map(String.init) ?? ""
        let exact = labels.filter { stem(of: $0) == "\(stem(of: clip))-\(ending)" }
        return exact.isEmpty ? labels.filter { stem(of: $0) == stem(of: clip) } : exact
    }

    /// A path's last part without its ending.
    static func stem(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    }
}
