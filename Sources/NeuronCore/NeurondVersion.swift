/// The version of this program.
package enum NeurondVersion {
    package static let text = "0.1.0"
}
