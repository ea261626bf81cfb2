import Glibc
import NeuronCore
import Testing

@testable import NeuronConfiguration

@Suite(.timeLimit(.minutes(10))) struct CredentialReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func reading(_ content: [UInt8], mode: mode_t = 0o600) throws -> Result<
        CredentialReader.Reading, CredentialError
    > {
        let path = try folder.write(content, to: "secret", mode: mode)
        return Result { () throws(CredentialError) in try CredentialReader(environment: [:]).read(.file(path)) }
    }

    @Test(arguments: [
        ("admin:hunter2", "hunter2"), ("admin:hunter2\n", "hunter2"), ("admin:hunter2\r\n", "hunter2"),
        ("admin:hun:ter2\n", "hun:ter2"), ("admin:\n", ""), ("admin: hunter2 \n", " hunter2 "),
        ("admin:pässwörd", "pässwörd"),
    ])
    func `a file holds user and password on one line`(content: String, password: String) throws {
        let credential = try reading(Array(content.utf8)).get().credential
        #expect(credential == Credential(user: "admin", password: password))
    }

    @Test(arguments: [
        ("", "it is empty"), ("\n", "it is empty"), ("hunter2\n", "it has no `:`"),
        (":hunter2\n", "nothing stands before the `:`"),
        ("admin:hunter2\nhunter2\n", "it has more than one line"), ("admin:hunter2\n\n", "it has more than one line"),
        ("admin:hunter2\u{0}", "a control character"),
    ])
    func `another content is refused without being shown`(content: String, reason: String) throws {
        guard case .failure(let error) = try reading(Array(content.utf8)) else {
            Issue.record("the content was taken")
            return
        }
        #expect(error.code == .malformed)
        #expect(error.description.contains(reason) && !error.description.contains("hunter2"), "\(error)")
    }

    @Test func `bytes that aren't text and files that are too large are refused`() throws {
        guard case .failure(let error) = try reading([0x61, 0x3A, 0xFF]) else {
            Issue.record("the bytes were taken")
            return
        }
        #expect(error.description.hasSuffix("and it isn't UTF-8 text."))
        let large = try reading([UInt8](repeating: 0x3A, count: CredentialReader.maxBytes + 1))
        #expect(throws: CredentialError.tooLarge(path: folder.path + "/secret")) { try large.get() }
    }

    @Test func `a file that everybody can read is read with a warning`() throws {
        #expect(try reading(Array("a:b".utf8), mode: 0o600).get().warning == nil)
        #expect(try reading(Array("a:b".utf8), mode: 0o640).get().warning == nil)
        let path = folder.path + "/secret"
        #expect(
            try reading(Array("a:b".utf8), mode: 0o644).get().warning
                == "Everybody on this machine can read \(path); restrict it with chmod 600 \(path)."
        )
    }

    @Test func `a name is looked up among systemd's credentials`() throws {
        _ = try folder.write(Array("a:b\n".utf8), to: "gate-north", mode: 0o400)
        let reader = CredentialReader(environment: ["CREDENTIALS_DIRECTORY": folder.path])
        #expect(try reader.read(.systemd("gate-north")).credential.user == "a")
        #expect(throws: CredentialError.self) { try reader.read(.systemd("other")) }
        // As LoadCredential=neurond:FOLDER names what lies in the folder.
        _ = try folder.write(Array("c:d\n".utf8), to: "neurond_yard", mode: 0o400)
        #expect(try reader.read(.systemd("yard")).credential.user == "c")
    }

    @Test func `what to do is said when a credential isn't there`() {
        #expect(throws: CredentialError.noDirectory(name: "gate")) {
            try CredentialReader(environment: [:]).read(.systemd("gate"))
        }
        let missing = Result { () throws(CredentialError) in
            try CredentialReader(environment: [:]).read(.file("/nowhere/secret"))
        }
        guard case .failure(let error) = missing else {
            Issue.record("a file was found")
            return
        }
        #expect(
            error.description
                == "Could not read the credential file /nowhere/secret: No such file or directory. Check the path behind "
                + "`credentials` and who may read the file."
        )
    }

    @Test func `a folder and a pipe without a writer are refused at once`() throws {
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [folder.path, pipe] {
            #expect(throws: CredentialError.self) { try CredentialReader(environment: [:]).read(.file(path)) }
        }
    }

    @Test func `a credential can't be printed`() {
        let credential = Credential(user: "admin", password: "hunter2")
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), dumped, "\([credential])"] {
            #expect(!text.contains("hunter2") && !text.contains("admin"))
        }
    }

    @Test(arguments: [
        ("rtsp://h/s", "rtsp://a%40b:p%20w%0A@h/s"),
        ("http://h/v?u={user}&password={password}", "http://h/v?u=a%40b&password=p%20w%0A"),
        ("rtsp://h/user={user}_password={password}_stream=0", "rtsp://h/user=a%40b_password=p%20w%0A_stream=0"),
    ])
    func `user and password go in front of the host or to their places`(address: String, opened: String) {
        let credential = Credential(user: "a@b", password: "p w\n")
        #expect(credential.applied(to: SourceAddress(address)).revealed == opened)
    }
}
