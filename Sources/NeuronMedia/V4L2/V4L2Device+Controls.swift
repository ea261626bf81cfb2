import CV4L2
import Glibc
import NeuronCore

extension V4L2Device {
    private static let mostControls = 256
    private static let mostMenuItems: Int64 = 64

    /// All controls whose value is one number, in the driver's order.
    func controls() -> [DeviceControl] {
        var controls: [DeviceControl] = []
        var id = UInt32(V4L2_CTRL_FLAG_NEXT_CTRL)
        var last: UInt32 = 0
        while controls.count < Self.mostControls {
            var query = v4l2_query_ext_ctrl()
            query.id = id
            // A driver that goes back in its numbers would go round for ever.
            guard nd_v4l2_query_control(descriptor, &query) == 0, query.id > last else { break }
            last = query.id
            id = query.id | UInt32(V4L2_CTRL_FLAG_NEXT_CTRL)
            if let control = control(query) { controls.append(control) }
        }
        return controls
    }

    /// Sets controls one after the other.
    ///
    /// - Returns: what a driver did not take although it should: a sentence each.
    /// - Throws: where there is no such control, or no such value.
    func set(_ wishes: [CaptureWish.Control]) throws(MediaError) -> [String] {
        guard !wishes.isEmpty else { return [] }
        let known = controls()
        var remarks: [String] = []
        for wish in wishes {
            do throws(DeviceControl.Refusal) {
                let control = try DeviceControl.named(wish.name, in: known)
                let value = try control.number(of: wish.value)
                if let remark = set(control, value) { remarks.append(remark) }
            } catch {
                throw .unsuitable(source, error.reason)
            }
        }
        return remarks
    }

    private func set(_ control: DeviceControl, _ value: Int64) -> String? {
        let isWide = control.kind == .wideInteger
        guard nd_v4l2_set_control(descriptor, control.id, isWide, value) == 0 else {
            let number = errno
            // Whether it depends on another one is only certain after those before it have been set.
            let hint = [EACCES, EBUSY, EINVAL].contains(number) ? "; another control may rule it at the moment" : ""
            return "The driver did not take \(value) for the control `\(control.name)`: "
                + "\(String(cString: strerror(number)))\(hint)."
        }
        var now: Int64 = 0
        guard nd_v4l2_get_control(descriptor, control.id, isWide, &now) == 0 else { return nil }
        guard isWide ? now != value : Int32(truncatingIfNeeded: now) != Int32(truncatingIfNeeded: value) else {
            return nil
        }
        return "The driver made \(now) of \(value) for the control `\(control.name)`."
    }

    private func control(_ query: v4l2_query_ext_ctrl) -> DeviceControl? {
        let types: [UInt32: DeviceControl.Kind] = [
            V4L2_CTRL_TYPE_INTEGER.rawValue: .integer, V4L2_CTRL_TYPE_BOOLEAN.rawValue: .boolean,
            V4L2_CTRL_TYPE_MENU.rawValue: .menu, V4L2_CTRL_TYPE_INTEGER_MENU.rawValue: .menu,
            V4L2_CTRL_TYPE_BITMASK.rawValue: .bitmask, V4L2_CTRL_TYPE_INTEGER64.rawValue: .wideInteger,
        ]
        let flags = query.flags
        guard let kind = types[query.type], query.nr_of_dims == 0, query.elems <= 1,
            flags & UInt32(V4L2_CTRL_FLAG_DISABLED) == 0, query.minimum <= query.maximum
        else { return nil }
        var value: Int64 = 0
        let isReadable =
            flags & UInt32(V4L2_CTRL_FLAG_WRITE_ONLY) == 0
            && nd_v4l2_get_control(descriptor, query.id, kind == .wideInteger, &value) == 0
        // The highest bit of 32 is no sign.
        if kind == .bitmask { value &= 0xFFFF_FFFF }
        return DeviceControl(
            name: DeviceControl.key(of: text(query.name)),
            aliases: Self.aliases[query.id] ?? [],
            kind: kind,
            minimum: query.minimum,
            maximum: kind == .bitmask ? query.maximum & 0xFFFF_FFFF : query.maximum,
            step: Int64(clamping: query.step),
            defaultValue: query.default_value,
            value: isReadable ? value : nil,
            menu: kind == .menu ? menu(query) : [],
            isReadOnly: flags & UInt32(V4L2_CTRL_FLAG_READ_ONLY) != 0,
            isInactive: flags & UInt32(V4L2_CTRL_FLAG_INACTIVE) != 0,
            id: query.id
        )
    }

    /// The items that exist: a driver may leave out values between the lowest and the highest.
    private func menu(_ query: v4l2_query_ext_ctrl) -> [DeviceControl.MenuItem] {
        guard query.minimum >= 0 else { return [] }
        let (last, isTooMuch) = query.minimum.addingReportingOverflow(Self.mostMenuItems - 1)
        guard !isTooMuch else { return [] }
        return (query.minimum...min(query.maximum, last)).compactMap { index in
            var item = v4l2_querymenu()
            item.id = query.id
            item.index = UInt32(clamping: index)
            guard nd_v4l2_query_menu(descriptor, &item) == 0 else { return nil }
            let isNumber = query.type == V4L2_CTRL_TYPE_INTEGER_MENU.rawValue
            return DeviceControl.MenuItem(value: index, name: isNumber ? String(item.value) : text(item.name))
        }
    }

    /// Names of the kernel's standard controls before and after some were renamed, by their numbers in <linux/v4l2-controls.h>.
    private static let aliases: [UInt32: [String]] = [
        0x009A_0901: ["exposure_auto", "auto_exposure"],
        0x009A_0902: ["exposure_absolute", "exposure_time_absolute"],
        0x009A_0903: ["exposure_auto_priority", "exposure_dynamic_framerate"],
        0x009A_090A: ["focus_absolute"],
        0x009A_090C: ["focus_auto", "focus_automatic_continuous"],
        0x0098_090C: ["white_balance_temperature_auto", "white_balance_automatic"],
        0x0098_0918: ["power_line_frequency"],
    ]
}
