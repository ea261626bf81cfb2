/// The description of the interface, as programs read it.
enum OpenAPIFile {
    static let asset = PageAsset("openapi.json", PackageResources.openapi_json)
}
