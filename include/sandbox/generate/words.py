"""The words of generated tickets, awkward ones among them: scripts, quotes, markup, line breaks."""

FIRST = ("Ada", "Bjørn", "Chiara", "Dmitri", "Élodie", "Fatima", "Grażyna", "Hiro", "İpek", "João",
         "Kwame", "Lúcia", "Márton", "Nguyễn", "O'Brien", "Păun", "Quentin", "Renée", "Søren",
         "Tamar", "Ulf", "Věra", "Wen", "Xóchitl", "Yusuf", "Zoë")  # fmt: skip
LAST = ("Abramov", "Brontë",
        "Çelik", "D'Angelo", "Eriksen", "Fernández", "García", "Håkansson",
        "Ito",
        "Jørgensen", "Kowalski", "López", "Müller", "Nowak", "Okafor", "Petrov",
        "Quispe",
        "Rossi", "Sørensen", "Takahashi", "Ünal", "Varga", "Weiß", "Xu",
        "Yılmaz", "Žižek")  # fmt: skip
COMPANY = ("Acme", "Borealis", "Cobalt", "Delta & Sons", "Évolution", "Fjord", "Gamma", "Hikari",
           "Indigo", "Jötunn", "Kestrel", "Lumen", "Mistral", "Nimbus",
           "Orion", "Pelikan")  # fmt: skip
KIND = ("GmbH", "Ltd", "S.A.", "AB", "Kft.", 'Inc., "the" supplier', "株式会社")
PROBLEM = ("cannot log in", "invoice is wrong", "router keeps restarting", "no sound in calls",
           "export fails", "slow since Monday", "password reset loops", "delivery is late",
           "page shows <b>error</b>", "screen stays \"black\"", "לא עובד", "لا يعمل",
           "動作しません",
           "is on fire 🔥", "says 'null'", "price; discount, VAT")  # fmt: skip
THING = ("Printer", "VPN", "Laptop", "CRM", "Webshop", "Phone system", "Wi-Fi", "Server #3",
         "Badge reader", "Mailbox", "Café till", "Scanner\tA4")  # fmt: skip
SENTENCE = ("It began this morning.", "We tried to restart it twice.", "Nobody here can work.",
            "See the screenshot: <img src=x onerror=alert(1)>", "Error code: \\u0000 / 0x80070057",
            "\"Quoted, with a comma\"", "Ring me back at +1 (555) 010-0199.",
            "مرحبا، نحتاج مساعدة",
            "תודה רבה!", "👩🏽‍💻 is waiting…", "It's urgent;really",
            "Line one\nline two\r\nline three",
            "Same as last week.", "Ñandú, Straße, naïve, 中文.")  # fmt: skip
LONG = 4_000 * "All of the log, line after line, as it was asked for. "
NOTE = ("", "VIP: call first", "<p>HTML &amp; <i>more</i></p>", "1;2;3", "{\"json\": true}",
        "'; drop table tickets; --", "\u202ereversed", "=SUM(A1:A9)", "  spaces  ")  # fmt: skip
