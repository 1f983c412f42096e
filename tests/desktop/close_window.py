# Asks a program's window to close, as its close button does: WM_DELETE_WINDOW (ICCCM 4.2.8.1). Usage: close_window.py PID
import ctypes
import sys

x11 = ctypes.CDLL("libX11.so.6")
Window = Atom = ctypes.c_ulong
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
x11.XDefaultRootWindow.restype = Window
x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
x11.XInternAtom.restype = Atom
x11.XQueryTree.argtypes = [ctypes.c_void_p, Window] + [ctypes.c_void_p] * 4
x11.XGetWindowProperty.argtypes = [ctypes.c_void_p, Window, Atom, ctypes.c_long, ctypes.c_long, ctypes.c_int, Atom] + [ctypes.c_void_p] * 5
x11.XSendEvent.argtypes = [ctypes.c_void_p, Window, ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
x11.XCloseDisplay.argtypes = [ctypes.c_void_p]


class ClientMessage(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", Window),
        ("message_type", Atom),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 24),
    ]


display = x11.XOpenDisplay(None)


def atom(name: str) -> int:
    return x11.XInternAtom(display, name.encode(), 0)


def children(window: int) -> list[int]:
    root, parent, found, count = Window(), Window(), ctypes.POINTER(Window)(), ctypes.c_uint()
    x11.XQueryTree(display, window, ctypes.byref(root), ctypes.byref(parent), ctypes.byref(found), ctypes.byref(count))
    return [found[index] for index in range(count.value)]


def property_of(window: int, name: str) -> list[int]:
    kind, form, count, left = Atom(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong()
    data = ctypes.POINTER(ctypes.c_ulong)()
    x11.XGetWindowProperty(
        display, window, atom(name), 0, 64, 0, 0,
        ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count), ctypes.byref(left), ctypes.byref(data),
    )
    return [data[index] for index in range(count.value)] if form.value == 32 else []


pid = int(sys.argv[1])
closed = 0
for window in children(x11.XDefaultRootWindow(display)):
    if pid in property_of(window, "_NET_WM_PID") and atom("WM_DELETE_WINDOW") in property_of(window, "WM_PROTOCOLS"):
        message = ClientMessage(type=33, window=window, message_type=atom("WM_PROTOCOLS"), format=32)
        message.data[0] = atom("WM_DELETE_WINDOW")
        x11.XSendEvent(display, window, 0, 0, ctypes.byref(message))
        closed += 1
x11.XCloseDisplay(display)
sys.exit(0 if closed else "the program has no window")
