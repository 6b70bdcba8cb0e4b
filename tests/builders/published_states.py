"""Published view states of real pages, with their keys: the test vectors of badsecrets, made with ASP.NET.

Source: https://github.com/blacklanternsecurity/badsecrets, tests of its module for view states.
"""

from __future__ import annotations

from webshellhunt.decoding.view_state.signing import MachineKey

KEY = MachineKey(
    bytes.fromhex(
        "F5144F1A581A57BA3B60311AF7562A855998F7DD203CD8A71405599B980D8694"
        "B5C986C888BE4FC0E6571C2CE600D58CE82B8FA13106B17D77EA4CECDDBBEC1B"
    ),
    bytes.fromhex("B47D3CD1E780CF30C739A080995B9B10B64354AA135A2D78"),
    "a test of another tool",
)
GENERATOR = "EDD8C9AE"
LEGACY = {
    ("MD5", ""): "/wEPDwUJODExMDE5NzY5ZGQz6LniPbNSFqk5H12BoEzV",
    ("SHA1", ""): "/wEPDwUJODExMDE5NzY5ZGSglOSr1rG6xN5rzh/4C9UEuwa64w==",
    ("HMACSHA256", ""): "/wEPDwUJODExMDE5NzY5ZGScGv/wvQQvxzX/syyICaMJbvdEU3+6rpkkQNkouaLjoQ==",
    ("HMACSHA384", ""): "/wEPDwUJODExMDE5NzY5ZGSvS8eCdcZ+Ew7D1z78IlDE4Lc2o/zuWUjw1edxcTD4rJCKK0Uo+Pg5zM884Lw9JFs=",
    ("HMACSHA512", ""): "/wEPDwUJODExMDE5NzY5ZGTzMnovqnviYYRupyQcUQBrV7bKilFBlBtYNubWdoJzlrFPMwcL+5owir3cJvvYIthTkTaW6J"
    "2rw5ZcA0NcgMZn",
    ("MD5", "DES"): "1XOCV7CXQNzADZdkLqNpPqvxvsIcTZ0XJixsYCrvMKEgJupViGbO2LmtwaaugHN0",
    ("SHA1", "AES"): "QhNlfAmxL3x1eiDHXDyjc8Nv7IsFX/OsUgF2hrtevccYC3a56XmssuVxjhHAYqgBNSOMlN1IztaNEGRMl56UOofadCc=",
    ("HMACSHA256", "3DES"): "srngJkNh2In1EWmsw8hEp1z89ZBR1yh4CjPSGSgvI03jlkOc2yxIICypYMeIACGj1SIiFbj4YM8Kv3HpIZtypfgDaE"
    "ea7YPdS/CtQRCW8BY=",
}
"""View states of a page by the algorithm of the signature and the cipher; all have the same value."""

DERIVED = {
    "HMACSHA256": "008e+LWomJ5U8KyJHzT4yvCC9JKWEISWWF1jK8/j5MFlX9ybF/OnmDCCqGGMDv5555lMFcRLM3bmkIS9c9tQL3BYOtAskLFayVHh"
    "mkSi4vc=",
    "HMACSHA512": "eljkFjgquXvKTwyz1wKBc7YUhgWuFCwrYNoNIoY/XudiY7i8/ejpHFaLMbHcXr8JRuwoFVHfWHlXo3LXIHLWazicVbeAxOb4l3ut"
    "HSCjBzO920I2LOLJ/5fnBJkpdnT6nJTTfyx55aa1Dt//GpQeEA==",
}
"""View states of ``/form.aspx`` with keys that .NET 4.5 derived."""

WITH_USER = "/wEPDwUJODExMDE5NzY5ZGTX0g6r3svRDbR+eCZDnrj4MT4/FA=="
USER = "xwrpnizumzekndin03addnmm"
USER_GENERATOR = "DEE4EE34"
USER_KEY = MachineKey(
    bytes.fromhex(
        "007B3C9F433AB43A1B9BD2C300491C77B9A8D90D0268B9B60BD72D9143DF02F8"
        "84F81B6E6119B737EBC1A3A9A98526FD2691BF9FD9B3CD188A2FBDF569C13FFD"
    )
)
DERIVED_WITH_USER = (
    "7ir5mtqZunytBPczxZoTSbqiqNob4udW/Hgsw/o3Q5gLgmovvmdZaHS5EDdHbqrk408hRX3FwD8MA8Rlo6e0ta0R+Zc8KIsUEO01jXHnMBE7es73"
    "jYNsqEFKa3E6JJ1Qt1Pn48quS79NPhyr4m7wkE9wBT+a00nqTp4r7IrI/7hvBSY1i7Ebv/xrWRu84OuS1bp51TYzcbcq33yYXT/aSg=="
)
DERIVED_USER = "gni5hmwi11rclr1hvj2q55kh"
DERIVED_USER_PAGE = "/mac/vsk/test/default.aspx"
MOBILE = "/wEXAQUDX19QD2QPBnK814Bedd6IZpHhjAiljufJk4ldrq0DcJnG0+E4"
MOBILE_PAGE = "/mac/mobile/mobile.aspx"
MOBILE_KEY = MachineKey(
    bytes.fromhex(
        "3DA7A917DF10B92A642434F1532E639C8EB81E8667289F2068A18B24DD8269AE"
        "7759FE23B3158EAC6955308D42B5B74CBD49CEDB3F3929D6C769DC4081CC1986"
    )
)
