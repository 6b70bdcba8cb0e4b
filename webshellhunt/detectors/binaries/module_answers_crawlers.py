r"""A native module of IIS has the texts of search engine fraud.

What it finds:
    A native module, ISAPI filter or ISAPI extension without a valid signature that names several crawlers of search
    engines, and one of: the referrer of a visitor with names of search engines, or an address with a format for the
    name of the site (``?domain=%s&path=%s``).

Why it matters:
    The module gives crawlers other pages than visitors, and sends visitors who come from a search engine to another
    site. BadIIS, Gamshen, HijackServer and others sell the good name of the server in this way; the same modules also
    pass on requests, run commands and keep passwords.

Looks like:
    A library in ``inetsrv`` that exports ``RegisterModule`` and has the texts ``Googlebot``, ``bingbot``,
    ``Baiduspider``, ``Referer`` and ``http://%s/index.php?domain=%s``.

Benign look-alikes:
    Products that keep crawlers out or count them name crawlers, too. They are signed by their maker, and have neither a
    list of search engines as referrers nor addresses with a format. The lists of ModSecurity are files of their own.

Blind spots:
    Texts that are encrypted, or loaded from a server at run time.

References:
    https://www.welivesecurity.com/2021/08/06/anatomy-native-iis-malware/
    https://blog.talosintelligence.com/uat-8099-chinese-speaking-cybercrime-group-seo-fraud/
    https://www.trendmicro.com/en_us/research/25/b/chinese-speaking-group-manipulates-seo-with-badiis.html
"""

from webshellhunt.binaries.origin import fraud_words
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, is_pe_file
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.rules import Remedy
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5031", "critical", "medium", "T1505.004", "T1608.006", remedy=Remedy.STATED)


@detector(RULE, on=Sample, prefilter=is_pe_file)
def find(sample: Sample) -> Findings:
    """Report a module with the texts of search engine fraud."""
    program = sample.native
    if program is None or program.kind is None or program.is_of_publisher:
        return
    words = fraud_words(sample.data)
    if words is not None:
        message = f"this {program.kind} answers crawlers of search engines in its own way: {words}"
        evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
        yield claim(RULE, message, evidence, facts=program.facts)
