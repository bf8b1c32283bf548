import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { picturesSuite } from "./picture.ts";

picturesSuite("sharp", sharpPictures());
