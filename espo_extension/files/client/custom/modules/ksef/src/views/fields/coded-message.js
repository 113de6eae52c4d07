/** A message that is stored as a code with its parameters, in the reader's language. */
define('modules/ksef/views/fields/coded-message', ['views/fields/base', 'modules/ksef/message-text'], (
    Base,
    MessageText,
) => class extends Base {
    detailTemplateContent = '{{#if value}}{{value}}{{else}}<span class="none-value">{{translate \'None\'}}</span>{{/if}}'
    listTemplateContent = '{{value}}'

    /** @type {string} The attribute with the parameters; the code is the field itself. */
    paramsAttribute

    getAttributeList() {
        return [this.name, this.paramsAttribute];
    }

    getValueForDisplay() {
        return MessageText.of(this).of({
            code: this.model.get(this.name),
            params: this.model.get(this.paramsAttribute),
        });
    }
});
