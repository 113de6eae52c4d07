/**
 * A certificate or key file on its way to the server. Says whether it opens only with a password: the
 * form then asks for one.
 */
define('modules/ksef/views/ksef-certificate/fields/upload', [
    'views/fields/file',
    'modules/ksef/certificate/encrypted-file',
], (File, encryptedFile) => {
    const enoughToTell = 65536;

    return class extends File {
        inlineEditDisabled = true

        async handleUploadingFile(file) {
            const bytes = new Uint8Array(await file.slice(0, enoughToTell).arrayBuffer());

            this.tellPasswordNeeded(encryptedFile.needsPassword(bytes));

            return file;
        }

        deleteAttachment() {
            super.deleteAttachment();
            this.tellPasswordNeeded(false);
        }

        /** The name alone: a private key is not there to be downloaded again. */
        getBoxPreviewHtml(name) {
            return $('<span>').text(name).get(0).outerHTML;
        }

        tellPasswordNeeded(isNeeded) {
            this.model.trigger('ksef-password-needed', this.name, isNeeded);
        }
    };
});
