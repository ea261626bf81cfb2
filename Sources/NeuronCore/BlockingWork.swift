/// Runs work that waits for a disk or a pipe on a thread of its own, so that it never holds one of Swift's few pool threads.
///
/// A thread costs some 20 µs to make, far less than the flush that it waits for, and who has nothing to do then has none.
///
/// - Parameters:
///   - name: how tools show the thread; the kernel keeps 15 bytes.
///   - work: what may block; a cancelled task waits for its end too.
/// - Returns: what the work gave.
/// - Throws: what the work threw.
package func onOwnThread<Value: Sendable, Failure: Error>(
    named name: String,
    _ work: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result: Result<Value, Failure> = await withCheckedContinuation { caller in
        _ = DedicatedThread(name: name) {
            do throws(Failure) {
                caller.resume(returning: .success(try work()))
            } catch {
                caller.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}
