/// The files of the web page in this folder, embedded by Package.swift.
enum PageAssets {
    static let all: [PageAsset] = []
}
