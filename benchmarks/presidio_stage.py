"""Presidio's image analyser as a filter: paths of pictures in, a JSON line for each out.

Run by the interpreter of an environment of its own, where presidio-image-redactor, spaCy and an English model
are installed; it imports nothing of this project. `boxes`: what its OCR read, x0 y0 x1 y1, a line each;
`personal`: whether its analyser took any of it for personal.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from PIL import Image
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_image_redactor import ImageAnalyzerEngine, TesseractOCR


def main() -> int:
    model = sys.argv[1] if len(sys.argv) > 1 else "en_core_web_sm"
    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    nlp = NlpEngineProvider(nlp_configuration=settings).create_engine()
    reader = TesseractOCR()
    engine = ImageAnalyzerEngine(analyzer_engine=AnalyzerEngine(nlp_engine=nlp), ocr=reader)
    for line in sys.stdin:
        picture = Image.fromarray(np.asarray(Image.open(line.strip()).convert("RGB")))
        found = engine.analyze(picture)
        words = reader.perform_ocr(picture)
        groups: dict[tuple[int, ...], list[list[int]]] = {}
        for i, text in enumerate(words["text"]):
            if text.strip():
                x, y, width, height = (int(words[key][i]) for key in ("left", "top", "width", "height"))
                place = tuple(words[key][i] for key in ("block_num", "par_num", "line_num"))
                groups.setdefault(place, []).append([x, y, x + width, y + height])
        boxes = [
            [min(b[0] for b in g), min(b[1] for b in g), max(b[2] for b in g), max(b[3] for b in g)]
            for g in groups.values()
        ]
        print(json.dumps({"boxes": boxes, "personal": bool(found)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
